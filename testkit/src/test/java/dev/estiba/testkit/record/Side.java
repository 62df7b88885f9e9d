package dev.estiba.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A daemon, with a network of its own. */
interface Side extends AutoCloseable {
    /** Where Docker's command reaches it. */
    String host();

    /** Where this process does. */
    Path socket() throws IOException;

    /** Starts {@code bash -c script} with words "$2" and so on, where its host's network is. */
    Process begin(String script, List<String> words) throws IOException;

    /** Our daemon, in a room of its own. */
    record Ours(ProductRoom room) implements Side {
        static Ours open(Path place) throws Exception {
            ProductRoom room = ProductRoom.withDaemon(place);
            assertThat(room.room()
                            .callFrom("ip link set lo up && exec \"$1\" ps -q")
                            .status())
                    .isZero();
            return new Ours(room);
        }

        @Override
        public String host() {
            return "unix:///run/estiba/docker.sock";
        }

        @Override
        public Path socket() {
            return room.room().root().resolve("run/estiba/docker.sock");
        }

        @Override
        public Process begin(String script, List<String> words) throws IOException {
            return room.room().begin(script, words.toArray(String[]::new));
        }

        @Override
        public void close() throws Exception {
            room.close();
        }
    }

    /** Docker's, of the peers. */
    record Dockerd(Path repository, Path place) implements Side {
        static Dockerd open(Path repository) throws Exception {
            // A socket's path is short, and /run is no overlay, on which dockerd would have none.
            Dockerd dockerd = new Dockerd(repository, Files.createTempDirectory(Path.of("/run"), "dockerd"));
            assertThat(dockerd.tool("start", "--bridge")).isZero();
            return dockerd;
        }

        private int tool(String verb, String... options) throws Exception {
            List<String> words = new ArrayList<>(
                    List.of("sh", repository.resolve("testkit/peers/docker").toString(), verb, place.toString()));
            words.addAll(List.of(options));
            return new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }

        @Override
        public String host() {
            return "unix://" + place.resolve("docker.sock");
        }

        @Override
        public Path socket() {
            return place.resolve("docker.sock");
        }

        @Override
        public Process begin(String script, List<String> words) throws IOException {
            String holder = Files.readString(place.resolve("containerd.pid")).split(" ")[0];
            List<String> all = new ArrayList<>(
                    List.of("nsenter", "--net=/proc/" + holder + "/ns/net", "bash", "-c", script, "bash", ""));
            all.addAll(words);
            ProcessBuilder builder = new ProcessBuilder(all);
            builder.environment().clear();
            builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
            return builder.start();
        }

        @Override
        public void close() throws Exception {
            assertThat(tool("stop")).isZero();
            assertThat(new ProcessBuilder("rm", "-rf", place.toString()).start().waitFor())
                    .isZero();
        }
    }
}
