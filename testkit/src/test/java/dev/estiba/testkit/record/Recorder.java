package dev.estiba.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Busybox;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.load.Api;
import dev.estiba.testkit.record.Answers.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the calls of a row to a daemon, each to a shell of its own, and tidies up behind them. */
final class Recorder {
    private static final String IMAGE = "bb:1";
    private static final String SCRIPT = "export DOCKER_HOST=\"$3\" DOCKER_CONFIG=\"$4\" HOME=\"$4\" DIR=\"$5\" TZ=UTC"
            + " PATH=\"$6:$PATH\"; cd / && exec timeout 60 bash -c \"$2\" < /dev/null";

    private final Side side;
    private final Path place;
    private final Path peers;
    private final Daemon daemon;

    private Recorder(Side side, Path place, Path peers) throws IOException {
        this.side = side;
        this.place = place;
        this.peers = peers;
        this.daemon = new Daemon(new Api(side.socket()));
    }

    /** @param place a directory that is there */
    static Recorder of(Side side, Path place, Path repository) throws Exception {
        Path peers = repository.resolve("build/peers/bin");
        assumeTrue(Files.isExecutable(peers.resolve("docker")), "no docker command among the peers");
        Recorder recorder = new Recorder(side, place, peers);
        recorder.makeImage(repository);
        recorder.importImage();
        return recorder;
    }

    private void makeImage(Path repository) throws Exception {
        Optional<Path> busybox = Busybox.program(repository);
        assumeTrue(busybox.isPresent(), "no static busybox on this machine, nor among the peers");
        Process list = new ProcessBuilder(busybox.get().toString(), "--list").start();
        String[] applets = new String(list.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .filter(name -> !name.equals("busybox") && !name.contains("["))
                .toArray(String[]::new);
        Path root = Busybox.root(busybox.get(), place.resolve("root"), applets);
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\ndaemon:x:1:\n");
    }

    private void importImage() throws Exception {
        Ended ended = shell(
                "tar -C '" + place.resolve("root") + "' --sort=name --mtime=@0 --owner=0 --group=0 -c . |"
                        + " docker import -c 'CMD [\"sh\"]' - " + IMAGE,
                place);
        assertThat(ended.status()).as(ended.error()).isZero();
    }

    private Ended shell(String line, Path directory) throws Exception {
        Path configuration = Files.createDirectories(place.resolve("configuration"));
        return CommandRoom.end(side.begin(
                SCRIPT, List.of(line, side.host(), configuration.toString(), directory.toString(), peers.toString())));
    }

    /** What comes of the calls now. */
    List<Answer> ask(List<Answer> calls) throws Exception {
        Path directory = Files.createTempDirectory(place, "row");
        List<Answer> answers = new ArrayList<>();
        for (Answer call : calls) {
            Ended ended = shell(call.call(), directory);
            String text =
                    Plain.text(ended.output(), ended.error(), ended.status(), directory.toString(), place.toString());
            answers.add(new Answer(call.reason(), call.call(), text));
        }
        if (!daemon.tidy(IMAGE)) {
            importImage();
        }
        return answers;
    }
}
