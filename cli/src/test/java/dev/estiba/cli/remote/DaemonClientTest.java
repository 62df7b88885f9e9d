package dev.estiba.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Change;
import dev.estiba.api.ListOptions;
import dev.estiba.api.OutputStreamName;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.WaitCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against answers as they stand in RFC 9112, and against what no daemon should say. */
class DaemonClientTest {
    private static final ListOptions ALL = new ListOptions(true, 0, false, Map.of());

    @TempDir
    Path directory;

    private ScriptedDaemon daemon(String... answers) throws Exception {
        return new ScriptedDaemon(directory.resolve("s"), answers);
    }

    private static RemoteContainers containers(ScriptedDaemon daemon) {
        return new RemoteContainers(new Requests(daemon.client(), why -> {
            throw new ApiException(ApiException.SERVER_ERROR, "nobody is there", why);
        }));
    }

    private static String json(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    @Test
    void aConnectionIsUsedAgainAndALostOneIsReplaced() throws Exception {
        try (ScriptedDaemon daemon = daemon(
                json(200, "[]"),
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1;x=y\r\n]\r\n0\r\nTrailer: x\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n" + ScriptedDaemon.HANG_UP,
                json(200, "[]"))) {
            RemoteContainers containers = containers(daemon);
            assertThat(containers.list(ALL)).isEmpty();
            assertThat(containers.list(ALL)).isEmpty();
            assertThat(containers.start("a b", StartOptions.DEFAULT)).isEqualTo(Change.NOT_MODIFIED);
            assertThat(daemon.connections()).isEqualTo(1);
            assertThat(containers.list(ALL)).isEmpty();
            assertThat(daemon.connections()).isEqualTo(2);
            assertThat(daemon.requests().get(2)).startsWith("POST /v1.51/containers/a%20b/start HTTP/1.1\r\n");
        }
    }

    @Test
    void whatIsAskedForStandsInTheTarget() throws Exception {
        try (ScriptedDaemon daemon = daemon(json(204, ""), json(200, "[]"), json(204, ""))) {
            RemoteContainers containers = containers(daemon);
            containers.stop("../../etc", new StopOptions("SIGINT", OptionalInt.of(3)));
            containers.list(new ListOptions(false, 5, true, Map.of("name", List.of("a&b"))));
            containers.rename("x", "é+");
            assertThat(daemon.requests())
                    .extracting(request -> request.lines().findFirst().orElse(""))
                    .containsExactly(
                            "POST /v1.51/containers/..%2F..%2Fetc/stop?signal=SIGINT&t=3 HTTP/1.1",
                            "GET /v1.51/containers/json?size=1&limit=5&filters=%7B%22name%22%3A%5B%22a%26b%22%5D%7D HTTP/1.1",
                            "POST /v1.51/containers/x/rename?name=%C3%A9%2B HTTP/1.1");
        }
    }

    @Test
    void aRefusalIsToldInTheDaemonsWords() throws Exception {
        try (ScriptedDaemon daemon =
                daemon(json(409, "{\"message\":\"it runs\"}"), json(404, "page not found\n"), json(500, ""))) {
            RemoteContainers containers = containers(daemon);
            assertThatThrownBy(() -> containers.pause("x"))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.status()).isEqualTo(409))
                    .hasMessage("it runs");
            assertThatThrownBy(() -> containers.pause("x")).hasMessage("page not found");
            assertThatThrownBy(() -> containers.pause("x")).hasMessage("the daemon answered with status 500");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 12x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n[]\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[]\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "",
            })
    void whatMakesNoSenseIsSaid(String answer) throws Exception {
        try (ScriptedDaemon daemon = daemon(answer + ScriptedDaemon.HANG_UP)) {
            RemoteContainers containers = containers(daemon);
            assertThatThrownBy(() -> containers.list(ALL)).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void nobodyThereIsMendedOnce() throws Exception {
        Path later = directory.resolve("later");
        DaemonClient client = new DaemonClient(new DaemonAddress.Unix(later));
        ScriptedDaemon[] born = new ScriptedDaemon[1];
        RemoteContainers containers = new RemoteContainers(new Requests(client, why -> {
            try {
                born[0] = new ScriptedDaemon(later, json(200, "[]"));
            } catch (IOException e) {
                throw new ApiException(500, "no", e);
            }
        }));
        assertThat(containers.list(ALL)).isEmpty();
        born[0].close();
    }

    @Test
    void aWaitIsBegunWhenItsHeadIsThere() throws Exception {
        try (ScriptedDaemon daemon = daemon(json(200, "{\"StatusCode\":7}"))) {
            assertThat(containers(daemon)
                            .await("x", WaitCondition.REMOVED)
                            .get(60, TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(7);
            assertThat(daemon.requests().getFirst()).contains("condition=removed");
        }
    }

    @Test
    void framesAreReadWholeWhereverTheyAreCut() throws Exception {
        byte[] bytes = {1, 0, 0, 0, 0, 0, 0, 3, 'o', 'u', 't', 2, 0, 0, 0, 0, 0, 0, 1, 'e'};
        for (int step = 1; step <= bytes.length; step++) {
            StreamFrames frames = new StreamFrames(new Slow(bytes, step), true);
            StringBuilder out = new StringBuilder();
            StringBuilder err = new StringBuilder();
            for (var next = frames.next(); next.isPresent(); next = frames.next()) {
                Attachment.Output output = next.get();
                (output.stream() == OutputStreamName.STDOUT ? out : err)
                        .append(new String(output.bytes(), StandardCharsets.UTF_8));
            }
            assertThat(out).hasToString("out");
            assertThat(err).hasToString("e");
        }
        assertThatThrownBy(() -> new StreamFrames(new Slow(new byte[] {9, 0, 0, 0, 0, 0, 0, 1, 1}, 4), true).next())
                .hasMessageContaining("unknown stream");
        assertThatThrownBy(() -> new StreamFrames(new Slow(new byte[] {1, 0, 0, 0}, 4), true).next())
                .hasMessageContaining("within the head");
    }

    private static final class Slow extends InputStream {
        private final byte[] bytes;
        private final int step;
        private int at;

        Slow(byte[] bytes, int step) {
            this.bytes = bytes;
            this.step = step;
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int most) {
            if (at == bytes.length) {
                return -1;
            }
            int length = Math.min(Math.min(step, most), bytes.length - at);
            System.arraycopy(bytes, at, to, from, length);
            at += length;
            return length;
        }
    }

    @Test
    void anUpgradeGivesTheConnectionOver() throws Exception {
        String head =
                "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
                        + "Upgrade: tcp\r\n\r\nhello";
        try (ScriptedDaemon daemon = daemon(head + ScriptedDaemon.HANG_UP)) {
            AttachOptions options = new AttachOptions(true, true, true, false, true, "");
            try (Attachment attachment = containers(daemon).attach("x", options)) {
                assertThat(attachment.next().orElseThrow().bytes())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("hello");
                assertThat(attachment.next()).isEmpty();
            }
            assertThat(daemon.requests().getFirst()).contains("Upgrade: tcp\r\n", "Connection: Upgrade\r\n");
        }
    }
}
