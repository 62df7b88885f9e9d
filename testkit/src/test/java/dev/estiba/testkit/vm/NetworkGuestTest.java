package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks on top of the host's devices, which other machines' kernels have not all: macvlan, ipvlan, VLANs. */
@GuestTest
class NetworkGuestTest {
    private final Guest guest;

    NetworkGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
    }

    @BeforeEach
    void startADaemon() throws IOException {
        guest.run("""
                mkdir -p /srv/image/bin /srv/image/etc && cd /srv/image || exit
                cp /bin/busybox /opt/probe/* bin/ && ln -sf busybox bin/sh && cp /etc/passwd /etc/group etc/
                ip link add wire type dummy && ip link set wire up || exit
                # Another test's, of the same machine.
                other=$(cut -d ' ' -f 1 /var/lib/estiba/daemon.lock 2>/dev/null)
                [ -z "$other" ] || kill "$other" 2>/dev/null
                for round in $(seq 400); do
                    [ -n "$other" ] && kill -0 "$other" 2>/dev/null || break
                    sleep 0.1
                done
                setsid estiba daemon >/tmp/daemon.log 2>&1 &
                for round in $(seq 400); do
                    grep -q 'estiba daemon: ready' /tmp/daemon.log && exit
                    sleep 0.1
                done
                cat /tmp/daemon.log
                exit 1
                """).succeeds();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        guest.run("""
                estiba rm -f one two
                estiba network prune -f
                pid=$(cut -d ' ' -f 1 /var/lib/estiba/daemon.lock)
                kill "$pid"
                for round in $(seq 400); do
                    kill -0 "$pid" || break
                    sleep 0.1
                done
                cat /tmp/daemon.log
                """);
        assertThat(guest.run(
                                "ip -o link | grep -e wire[.] -e est; ip link del wire; rm -rf /srv/image; ls /var/lib/estiba/containers")
                        .output())
                .isEmpty();
    }

    /** Two containers of a network that this makes: one calls the other by its name. */
    private void meet(String network) throws IOException {
        guest.run("""
                set -e
                estiba network create %s --subnet 10.50.0.0/24 net
                estiba run -d --name one --network net rootfs:/srv/image /bin/probe sleep 1000
                estiba run -d --name two --network net rootfs:/srv/image /bin/probe sleep 1000
                estiba exec one /bin/busybox ping -c 1 -W 20 two
                """.formatted(network)).succeeds();
    }

    private String said(String script) throws IOException {
        return guest.run(script).succeeds().output();
    }

    /** One after another: a daemon's start takes half a minute without KVM. */
    @Test
    void containersMeetOnTheHostsWires() throws Exception {
        containersMeetOnAMacvlanOfAVlan();
        containersMeetOnAnIpvlan();
        apart();
        containersMeetOnAnIpvlanThatTheHostRoutes();
        apart();
        withoutAParentContainersMeetAndGetNoFurther();
    }

    private void apart() throws IOException {
        guest.run("estiba rm -f one two; estiba network rm net").succeeds();
    }

    private void containersMeetOnAMacvlanOfAVlan() throws Exception {
        meet("-d macvlan -o parent=wire.10");
        assertThat(said("ip -o link show wire.10")).contains("wire.10@wire").contains("UP");
        assertThat(said("estiba exec one /bin/busybox ip route")).contains("default via 10.50.0.1 dev eth0");
        apart();
        assertThat(guest.run("ip link show wire.10").status()).isNotZero();
    }

    private void containersMeetOnAnIpvlan() throws Exception {
        meet("-d ipvlan -o parent=wire");
        assertThat(said("estiba exec one /bin/busybox cat /sys/class/net/eth0/address"))
                .isEqualTo(said("cat /sys/class/net/wire/address"))
                .isEqualTo(said("estiba inspect -f '{{.NetworkSettings.Networks.net.MacAddress}}' one"));
        assertThat(guest.run("estiba network create -d ipvlan -o parent=wire -o ipvlan_mode=l3 other")
                        .error())
                .contains("network net is already using parent interface wire");
    }

    private void containersMeetOnAnIpvlanThatTheHostRoutes() throws Exception {
        meet("-d ipvlan -o parent=wire -o ipvlan_mode=l3");
        assertThat(said("estiba exec one /bin/busybox ip route")).contains("default dev eth0");
    }

    private void withoutAParentContainersMeetAndGetNoFurther() throws Exception {
        meet("-d macvlan");
        assertThat(said("estiba exec one /bin/busybox ip route")).doesNotContain("default");
        assertThat(said("estiba network inspect -f '{{.Internal}} {{.Driver}}' net"))
                .isEqualTo("true macvlan\n");
        assertThat(said("ip -o link")).contains("estd");
    }
}
