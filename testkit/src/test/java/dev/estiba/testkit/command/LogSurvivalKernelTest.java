package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code logs -f} while the daemon is killed and replaced, and while the log is rotated and packed: each line once, in order. */
@Tag("kernel")
class LogSurvivalKernelTest {
    private static final int KILLS = Boolean.getBoolean("estiba.long") ? 20 : 3;
    private static final int LINES = 20;

    @TempDir
    Path place;

    private ProductRoom room;

    private long daemon() throws Exception {
        return Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
    }

    @Test
    void noLineIsLostOrToldTwice() throws Exception {
        room = ProductRoom.withDaemon(place);
        try {
            // It goes on when it is told to, so that what it says is never over before the next kill.
            String id = room.detached(
                    List.of(
                            "-i",
                            "--log-opt",
                            "max-size=4k",
                            "--log-opt",
                            "max-file=500",
                            "--log-opt",
                            "compress=true"),
                    "sh",
                    "-c",
                    "n=0; while [ ! -e /end ]; do i=0; while [ $i -lt " + LINES
                            + " ]; do echo line $n; n=$((n+1)); i=$((i+1)); done; sleep 0.1; done; echo end");
            Process follower = room.room().begin("exec \"$@\"", "logs", "-f", id);
            // By a thread of its own: the common pool may have one alone, which ProcessHandle.onExit needs.
            CompletableFuture<Ended> followed = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    followed.complete(CommandRoom.end(follower));
                } catch (Exception e) {
                    followed.completeExceptionally(e);
                }
            });
            for (int i = 0; i < KILLS; i++) {
                TimeUnit.MILLISECONDS.sleep(300);
                ProcessHandle daemon = ProcessHandle.of(daemon()).orElseThrow();
                CommandRoom.signal(daemon, "KILL");
                daemon.onExit().get(60, TimeUnit.SECONDS);
                assertThat(room.call("ps", "-q").status()).isZero();
            }
            assertThat(room.call("exec", id, "touch", "/end").status()).isZero();
            Ended ended = followed.get(120, TimeUnit.SECONDS);
            assertThat(ended.status()).as(ended.error()).isZero();
            List<String> said = ended.output().lines().toList();
            assertThat(said).last().isEqualTo("end");
            for (int i = 0; i < said.size() - 1; i++) {
                assertThat(said.get(i)).isEqualTo("line " + i);
            }
            // On a slow machine the oldest have gone by now.
            List<String> kept = room.call("logs", id).output().lines().toList();
            // What has gone is the oldest alone.
            int gone = said.size() - kept.size();
            for (int i = 0; i < kept.size(); i++) {
                assertThat(kept.get(i))
                        .as("%s of %s lines are gone; line %s of what is kept", gone, said.size(), i)
                        .isEqualTo(said.get(gone + i));
            }
            room.clear();
        } finally {
            room.abandon();
            room.close();
        }
    }
}
