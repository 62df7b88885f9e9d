package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command at a container, what precedes it, and what must hold when one of its steps could not be done. */
abstract class DenialScene {
    final Place place;
    final String id;

    DenialScene(Place place) {
        this.place = place;
        this.id = place.newId();
    }

    abstract List<String> command();

    void before() throws IOException, InterruptedException {}

    /** Whether it can do without that call. */
    boolean passes(String call) {
        return PassedDenials.contains(call);
    }

    /** How every error begins: runc's words. */
    String prefix() {
        return "";
    }

    /** Everything that must hold after a failure, the clean-up and the second try included. */
    abstract void failed(Result result) throws IOException, InterruptedException;

    /** The same after a success. */
    abstract void succeeded(Result result) throws IOException, InterruptedException;

    final String status() throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", id).succeeds().output()).text("status");
    }

    final long pid() throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", id).succeeds().output()).number("pid");
    }

    final void gone() throws IOException, InterruptedException {
        place.run("delete", "--force", id).succeeds();
        assertThat(place.residueAfterAWhile(id)).isEmpty();
    }

    /** A container is made: a failure leaves nothing, and nobody has to clean up. */
    static DenialScene making(Place place, String status, String... verb) throws IOException {
        return new DenialScene(place) {
            private final String bundle = place.bundle(id).directory().toString();

            @Override
            List<String> command() {
                String[] words = new String[verb.length + 3];
                System.arraycopy(verb, 0, words, 0, verb.length);
                words[verb.length] = "--bundle";
                words[verb.length + 1] = bundle;
                words[verb.length + 2] = id;
                return place.command(words);
            }

            @Override
            String prefix() {
                return "estiba-oci " + verb[0] + " failed: ";
            }

            @Override
            void failed(Result result) throws IOException, InterruptedException {
                assertThat(result.status()).isEqualTo(1);
                assertThat(place.residueAfterAWhile(id)).isEmpty();
                succeeded(place.runProgram(command()).succeeds());
            }

            @Override
            void succeeded(Result result) throws IOException, InterruptedException {
                assertThat(status()).isEqualTo(status);
                gone();
            }
        };
    }

    /** A program in the foreground: what it says is all there is. */
    static DenialScene foreground(Place place) throws IOException {
        return new DenialScene(place) {
            private final String bundle =
                    place.bundle(id).probe("true").directory().toString();

            @Override
            List<String> command() {
                return place.command("run", "--bundle", bundle, id);
            }

            @Override
            String prefix() {
                return "estiba-oci run failed: ";
            }

            @Override
            void failed(Result result) throws IOException, InterruptedException {
                assertThat(result.status()).isEqualTo(1);
                // What could not be removed is told, and is removed by whoever is told.
                if (result.output().contains("\"verb\"")) {
                    place.run("delete", "--force", id).succeeds();
                }
                assertThat(place.residueAfterAWhile(id)).isEmpty();
                succeeded(place.runProgram(command()).succeeds());
            }

            @Override
            void succeeded(Result result) throws IOException, InterruptedException {
                assertThat(result.output()).contains("{\"verb\":\"true\"}");
                assertThat(place.residueAfterAWhile(id)).isEmpty();
            }
        };
    }

    /** @param ofInit whether init's own steps are denied: it may have ended then, and is not to be started again */
    static DenialScene starting(Place place, boolean ofInit) throws IOException {
        return new DenialScene(place) {
            private final String bundle = place.bundle(id).directory().toString();

            @Override
            List<String> command() {
                return place.command("start", id);
            }

            @Override
            void before() throws IOException, InterruptedException {
                place.run("create", "--bundle", bundle, id).succeeds();
            }

            @Override
            void failed(Result result) throws IOException, InterruptedException {
                assertThat(result.status()).isEqualTo(1);
                String status = status();
                if (ofInit && status.equals("stopped")) {
                    gone();
                    return;
                }
                if (status.equals("created")) {
                    place.runProgram(command()).succeeds();
                }
                succeeded(result);
            }

            @Override
            boolean passes(String call) {
                // Init has been let go then: its status tells whoever waits for it, and start is over, as runc's.
                return super.passes(call) || (ofInit && call.startsWith("execve "));
            }

            @Override
            void succeeded(Result result) throws IOException, InterruptedException {
                assertThat(status()).isIn(ofInit ? List.of("running", "stopped") : List.of("running"));
                gone();
            }
        };
    }

    /** {@code delete --force}: what it could not do, it does when it is told again. */
    static DenialScene deleting(Place place) throws IOException {
        return new DenialScene(place) {
            private final String bundle = place.bundle(id).directory().toString();

            @Override
            List<String> command() {
                return place.command("delete", "--force", id);
            }

            @Override
            void before() throws IOException, InterruptedException {
                place.run("run", "--detach", "--bundle", bundle, id).succeeds();
            }

            @Override
            void failed(Result result) throws IOException, InterruptedException {
                assertThat(result.status()).isEqualTo(1);
                succeeded(place.runProgram(command()).succeeds());
            }

            @Override
            void succeeded(Result result) throws IOException, InterruptedException {
                assertThat(place.residueAfterAWhile(id)).isEmpty();
            }
        };
    }

    /** What is done to a container that runs, and goes on. */
    static DenialScene at(Place place, String prefix, String after, String undo, String... verb)
            throws IOException, InterruptedException {
        DenialScene scene = new DenialScene(place) {
            @Override
            List<String> command() {
                String[] words = verb.clone();
                for (int i = 0; i < words.length; i++) {
                    words[i] = words[i].equals("ID") ? id : words[i];
                }
                return place.command(words);
            }

            @Override
            String prefix() {
                return prefix;
            }

            @Override
            void failed(Result result) throws IOException, InterruptedException {
                onlyInit();
                if (!after.equals("running") && status().equals(after)) {
                    place.run(undo, id).succeeds(); // it was done, and what came behind it has failed
                }
                succeeded(place.runProgram(command()).succeeds());
            }

            @Override
            void succeeded(Result result) throws IOException, InterruptedException {
                onlyInit();
                assertThat(status()).isEqualTo(after);
                if (!undo.isEmpty()) {
                    place.run(undo, id).succeeds();
                }
            }

            private void onlyInit() throws IOException, InterruptedException {
                long init = pid();
                for (int i = 0; i < 200 && Place.processes(id).size() != 1; i++) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                assertThat(Place.processes(id)).containsOnlyKeys(init);
            }
        };
        place.run(
                        "run",
                        "--detach",
                        "--bundle",
                        place.bundle(scene.id).directory().toString(),
                        scene.id)
                .succeeds();
        return scene;
    }
}
