package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.ListOptions;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --link}, as it was seen with dockerd 28.5. */
@Tag("kernel")
class EngineLinksKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private BridgeRoom room;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = BridgeRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
    }

    private CreateRequest database() {
        return room.request(
                config -> config.env(List.of("FOO=bar", "PATH=/bin", "HOME=/root"))
                        .exposedPorts(Set.of("80/tcp", "81/tcp", "53/udp")),
                UnaryOperator.identity(),
                "sleep",
                "1000");
    }

    private CreateRequest linking(String... links) {
        return room.sleeping(host -> host.links(List.of(links)));
    }

    @Test
    void aLinkedContainerIsInTheHostsFileAndTheEnvironment() throws Exception {
        String db = room.started("db", database());
        String web = room.started("web", linking("db:my-db"));
        String address = room.endpoint(db, "bridge").ipAddress();
        assertThat(room.exec(web, "cat", "/etc/hosts")).contains(address + "\tmy-db " + db.substring(0, 12) + " db\n");
        assertThat(room.exec(web, "busybox", "ping", "-c", "1", "-W", "20", "my-db"))
                .contains("1 packets received");
        assertThat(room.exec(web, "env").lines().filter(line -> line.startsWith("MY_DB")))
                .containsExactly(
                        "MY_DB_PORT=tcp://" + address + ":80",
                        "MY_DB_PORT_80_TCP=tcp://" + address + ":80",
                        "MY_DB_PORT_80_TCP_ADDR=" + address,
                        "MY_DB_PORT_80_TCP_PORT=80",
                        "MY_DB_PORT_80_TCP_PROTO=tcp",
                        "MY_DB_PORT_81_TCP=tcp://" + address + ":81",
                        "MY_DB_PORT_81_TCP_ADDR=" + address,
                        "MY_DB_PORT_81_TCP_PORT=81",
                        "MY_DB_PORT_81_TCP_PROTO=tcp",
                        "MY_DB_PORT_53_UDP=udp://" + address + ":53",
                        "MY_DB_PORT_53_UDP_ADDR=" + address,
                        "MY_DB_PORT_53_UDP_PORT=53",
                        "MY_DB_PORT_53_UDP_PROTO=udp",
                        "MY_DB_PORT_80_TCP_START=tcp://" + address + ":80",
                        "MY_DB_PORT_80_TCP_PORT_START=80",
                        "MY_DB_PORT_80_TCP_END=tcp://" + address + ":81",
                        "MY_DB_PORT_80_TCP_PORT_END=81",
                        "MY_DB_NAME=/web/my-db",
                        "MY_DB_ENV_FOO=bar");
        assertThat(room.daemon().inspectContainer(web).hostConfig().links()).containsExactly("/db:/web/my-db");
        assertThat(room.daemon().inspectContainer("web/my-db").id()).isEqualTo(db);
        assertThat(names(db)).containsExactly("/db", "/web/my-db");
        assertThat(names(web)).containsExactly("/web");
    }

    private List<String> names(String id) throws Exception {
        return room.daemon().listContainers(new ListOptions(true, 0, false, Map.of())).stream()
                .filter(each -> each.id().equals(id))
                .map(ContainerSummary::names)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoIsLinkedMayComeBackWithAnotherAddressAndAnotherName() throws Exception {
        String db = room.started("db", database());
        String web = room.started("web", linking("db"));
        String before = room.endpoint(db, "bridge").ipAddress();
        room.kill(db);
        String third = room.started("third", room.sleeping(UnaryOperator.identity()));
        assertThat(room.endpoint(third, "bridge").ipAddress()).isEqualTo(before);
        room.another();
        room.daemon().startContainer(db, StartOptions.DEFAULT);
        String now = room.endpoint(db, "bridge").ipAddress();
        assertThat(now).isNotEqualTo(before);
        assertThat(room.exec(web, "cat", "/etc/hosts"))
                .contains(now + "\tdb " + db.substring(0, 12) + "\n")
                .doesNotContain(before + "\tdb");
        room.daemon().renameContainer("db", "base");
        assertThat(room.daemon().inspectContainer(web).hostConfig().links()).containsExactly("/base:/web/db");
        assertThat(names(db)).containsExactly("/base", "/web/db");
        room.kill(web);
        room.daemon().startContainer(web, StartOptions.DEFAULT);
        assertThat(room.exec(web, "cat", "/etc/hosts")).contains(now + "\tdb " + db.substring(0, 12) + " base\n");
        room.daemon().renameContainer("web", "front");
        assertThat(names(db)).containsExactly("/base", "/front/db");
    }

    @Test
    void aLinkIsTakenBack() throws Exception {
        String db = room.started("db", database());
        String web = room.started("web", linking("db:one", "db:two"));
        room.daemon().removeContainer("web/one", new RemoveOptions(false, false, true));
        assertThat(room.daemon().inspectContainer(web).hostConfig().links()).containsExactly("/db:/web/two");
        assertThat(room.exec(web, "cat", "/etc/hosts")).doesNotContain("one ").contains("\ttwo ");
        assertThat(names(db)).containsExactly("/db", "/web/two");
        refused(
                () -> room.daemon().removeContainer("db", new RemoveOptions(false, false, true)),
                409,
                "Conflict, cannot remove the default link name of the container");
        refused(
                () -> room.daemon().removeContainer("web/one", new RemoveOptions(false, false, true)),
                404,
                "No such container: web/one");
        // Who has gone is linked no more.
        room.daemon().removeContainer(db, new RemoveOptions(true, false, false));
        assertThat(room.daemon().inspectContainer(web).hostConfig().links()).isEmpty();
        room.kill(web);
        room.daemon().startContainer(web, StartOptions.DEFAULT);
        assertThat(room.exec(web, "env")).doesNotContain("TWO");
    }

    @Test
    void linksThatCannotBeAreRefused() throws Exception {
        String db = room.created("db", database());
        refused(
                () -> room.created("web", linking("nosuch:x")),
                400,
                "could not get container for nosuch: No such container: nosuch");
        // Nobody is there to be linked before he is made.
        refused(
                () -> room.created("web", linking("web")),
                400,
                "could not get container for web: No such container: web");
        refused(() -> room.created("web", linking("a:b:c")), 400, "bad format for links: a:b:c");
        refused(() -> room.created("web", linking("db:two\nlines")), 400, "bad format for links: db:two\nlines");
        String web = room.created("web", linking("db"));
        refused(
                () -> room.daemon().startContainer(web, StartOptions.DEFAULT),
                500,
                "Cannot link to a non running container: /db AS /web/db");
        room.network("mine");
        String elsewhere = room.started("elsewhere", room.sleeping(host -> host.networkMode("mine")));
        String far = room.created("far", linking("elsewhere"));
        refused(
                () -> room.daemon().startContainer(far, StartOptions.DEFAULT),
                500,
                "container " + elsewhere + " not attached to default bridge network");
        refused(
                () -> room.created(
                        "host", room.sleeping(host -> host.links(List.of("db")).networkMode("host"))),
                400,
                "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
        refused(
                () -> room.created(
                        "inside",
                        room.sleeping(host -> host.links(List.of("db")).networkMode("container:" + db))),
                400,
                "conflicting options: container type network can't be used with links. This would result in undefined behavior");
    }

    private static void refused(ThrowingCallable call, int status, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.message()).isEqualTo(message);
            assertThat(e.status()).isEqualTo(status);
        });
    }

    @Test
    void inAUsersNetworkALinkIsANameForOneContainerAlone() throws Exception {
        room.network("mine");
        String db = room.started("db", room.sleeping(host -> host.networkMode("mine")));
        CreateRequest plain = room.sleeping(host -> host.networkMode("mine").links(List.of("db:store")));
        EndpointSettings settings = EndpointSettings.builder()
                .links(List.of("db:store", "later:soon"))
                .build();
        String web = room.started(
                "web",
                new CreateRequest(plain.config(), plain.hostConfig(), new NetworkingConfig(Map.of("mine", settings))));
        String other = room.started("other", room.sleeping(host -> host.networkMode("mine")));
        String address = room.endpoint(db, "mine").ipAddress();
        assertThat(room.exec(web, "busybox", "nslookup", "store")).contains(address);
        assertThat(room.exec(web, "busybox", "nslookup", "store.mine")).contains(address);
        assertThat(room.exec(other, "busybox", "nslookup", "store")).doesNotContain(address);
        assertThat(room.daemon().inspectContainer(web).hostConfig().links()).isEmpty();
        assertThat(room.endpoint(web, "mine").links()).containsExactly("db:store", "later:soon");
        // A link is a name: who has it may come later.
        String later = room.started("later", room.sleeping(host -> host.networkMode("mine")));
        assertThat(room.exec(web, "busybox", "nslookup", "soon"))
                .contains(room.endpoint(later, "mine").ipAddress());
        room.another();
        assertThat(room.exec(web, "busybox", "nslookup", "store")).contains(address);
        room.network("yours");
        room.daemon().connectNetwork("yours", new NetworkConnectRequest("db", EndpointSettings.NOTHING));
        EndpointSettings linked =
                EndpointSettings.builder().links(List.of("db:there")).build();
        room.daemon().connectNetwork("yours", new NetworkConnectRequest("web", linked));
        assertThat(room.exec(web, "busybox", "nslookup", "there"))
                .contains(room.endpoint(db, "yours").ipAddress());
    }

    @Test
    void aRenamedContainerIsFoundByItsNewName() throws Exception {
        room.network("mine");
        String one = room.started("one", room.sleeping(host -> host.networkMode("mine")));
        String other = room.started("other", room.sleeping(host -> host.networkMode("mine")));
        String address = room.endpoint(one, "mine").ipAddress();
        room.daemon().renameContainer("one", "first");
        assertThat(room.exec(other, "busybox", "nslookup", "first")).contains(address);
        assertThat(room.exec(other, "busybox", "nslookup", "one")).doesNotContain(address);
        assertThat(room.endpoint(one, "mine").dnsNames()).containsExactly("first", one.substring(0, 12));
        room.another();
        assertThat(room.exec(other, "busybox", "nslookup", "first")).contains(address);
        assertThat(room.exec(other, "busybox", "nslookup", "one")).doesNotContain(address);
        assertThat(room.daemon().inspectNetwork("mine").containers().get(one).name())
                .isEqualTo("first");
        room.kill(one);
        room.daemon().startContainer(one, StartOptions.DEFAULT);
        assertThat(room.exec(other, "busybox", "nslookup", "first"))
                .contains(room.endpoint(one, "mine").ipAddress());
    }
}
