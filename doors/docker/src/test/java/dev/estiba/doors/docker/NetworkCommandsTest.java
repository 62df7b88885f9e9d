package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the docker command says of networks, whose bridges are in a network namespace of the test's own. */
@Tag("kernel")
class NetworkCommandsTest {
    @TempDir
    Path directory;

    private static String said(DockerClient docker, String... words) throws Exception {
        DoorRoom.Ended ended = docker.run(words);
        assertThat(ended.status()).as(ended.out() + ended.err()).isZero();
        return ended.out();
    }

    private static String refused(DockerClient docker, String... words) throws Exception {
        DoorRoom.Ended ended = docker.run(words);
        assertThat(ended.status()).as(ended.out() + ended.err()).isNotZero();
        return ended.err();
    }

    @Test
    void dockerMakesJoinsAndRemovesNetworks() throws Exception {
        assumeTrue(DoorRoom.isRoot(), "needs root");
        try (Fd host = NetworkNamespace.create()) {
            try (NetlinkSocket socket = NetlinkSocket.open(host, NetlinkSocket.Family.ROUTE)) {
                socket.carryOut(Links.up(Links.LOOPBACK));
            }
            try (DoorRoom room = DoorRoom.staying(directory, host)) {
                try {
                    said(room.client());
                } finally {
                    DoorRoom.Ended unused = room.client().run("rm", "-f", "one", "two");
                    room.engine().release();
                }
            }
        }
    }

    private static void said(DockerClient docker) throws Exception {
        docker.importBusybox("bb:1");
        String id = said(docker, "network", "create", "--subnet", "10.33.0.0/24", "--label", "colour=blue", "mine");
        assertThat(id).matches("[0-9a-f]{64}\n");
        assertThat(said(docker, "network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Scope}}"))
                .isEqualTo("bridge bridge local\nhost host local\nmine bridge local\nnone null local\n");
        assertThat(said(docker, "network", "ls", "-q", "--no-trunc", "--filter", "label=colour=blue"))
                .isEqualTo(id);
        assertThat(said(
                        docker,
                        "network",
                        "inspect",
                        "-f",
                        "{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}} {{end}}",
                        "mine"))
                .startsWith("10.33.0.0/24 10.33.0.1 ");
        assertThat(said(docker, "run", "-d", "--name", "one", "-p", "127.0.0.1:8080:80", "bb:1", "sleep", "1000"))
                .matches("[0-9a-f]{64}\n");
        assertThat(said(docker, "port", "one")).isEqualTo("80/tcp -> 127.0.0.1:8080\n");
        assertThat(said(docker, "ps", "--format", "{{.Ports}} {{.Networks}}"))
                .isEqualTo("127.0.0.1:8080->80/tcp bridge\n");
        assertThat(refused(docker, "run", "--rm", "--name", "two", "--network", "nosuch", "bb:1", "true"))
                .contains("network nosuch not found");
        said(docker, "run", "-d", "--name", "two", "--network", "mine", "--ip", "10.33.0.9", "bb:1", "sleep", "1000");
        said(docker, "network", "connect", "--alias", "uno", "mine", "one");
        assertThat(said(docker, "exec", "one", "busybox", "ping", "-c", "1", "-W", "20", "two"))
                .contains("PING two ");
        assertThat(said(docker, "network", "inspect", "-f", "{{len .Containers}}", "mine"))
                .isEqualTo("2\n");
        assertThat(refused(docker, "network", "rm", "mine")).contains("has active endpoints");
        assertThat(refused(docker, "network", "rm", "bridge"))
                .contains("bridge is a pre-defined network and cannot be removed");
        said(docker, "network", "disconnect", "mine", "one");
        assertThat(said(docker, "rm", "-f", "one", "two")).isEqualTo("one\ntwo\n");
        assertThat(said(docker, "network", "prune", "-f")).isEqualTo("Deleted Networks:\nmine\n\n");
        assertThat(refused(docker, "network", "inspect", "mine")).contains("network mine not found");
    }
}
