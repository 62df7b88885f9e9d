package dev.estiba.testkit.vm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An ordinary user of a guest with a group that root has delegated to it (kernel: cgroup-v2.rst, "Delegation"): the directory
 * and the three files that say who is in it. Controllers are handed down as far as the group, and all of its processes begin
 * in one beneath it, beside which there is place for containers. It stays for the guest's life, and so do its JVMs.
 */
final class Sailor {
    /** What /etc/subuid lends. */
    private static final int LENT = 100_000;

    private static final String HOME = "/srv/sailor";

    private static final String FURNISH = """
            [ ! -d /srv/sailor ] || exit 0
            set -e
            mkdir -p /srv/sailor/root /srv/sailor/bundle /run/user/1000
            cd /srv/sailor/root
            mkdir bin dev etc proc sys tmp
            cp /opt/probe/* /bin/busybox bin/
            for name in sh cat echo mkdir rmdir sleep sort stat; do ln -s busybox bin/$name; done
            cp /etc/passwd /etc/group etc/
            chown -R 1000:1000 /srv/sailor /run/user/1000
            cd /sys/fs/cgroup
            echo '+cpu +cpuset +io +memory +pids' >cgroup.subtree_control
            mkdir harbour
            echo '+cpu +cpuset +io +memory +pids' >harbour/cgroup.subtree_control
            for group in harbour/sailor harbour/sailor/shell; do
                mkdir $group
                chown 1000:1000 $group $group/cgroup.procs $group/cgroup.threads $group/cgroup.subtree_control
            done
            mkdir harbour/quay
            """;

    private static final String SHELL = """
            echo $$ >/sys/fs/cgroup/%s/cgroup.procs || exit
            export XDG_RUNTIME_DIR=/run/user/1000 XDG_DATA_HOME=/srv/sailor/data
            exec su sailor -c %s
            """;

    private final Guest guest;

    private Sailor(Guest guest) {
        this.guest = guest;
    }

    static Sailor in(Guest guest) throws IOException {
        assumeTrue(
                guest.run("test -x /usr/bin/newuidmap").status() == 0,
                "newuidmap is not there (apt-get install uidmap)");
        guest.run(FURNISH).succeeds();
        return new Sailor(guest);
    }

    /** From a shell in the delegated group. */
    Guest.Result sh(String script) throws IOException {
        return guest.run(SHELL.formatted("harbour/sailor/shell", Guest.quote("cd /srv/sailor; " + script)));
    }

    /** From a shell whose group, and the one above it, are root's. */
    Guest.Result withoutDelegation(String script) throws IOException {
        return guest.run(SHELL.formatted("harbour/quay", Guest.quote("cd /srv/sailor; " + script)));
    }

    /** What {@code spec --rootless} writes, without a terminal, and with the ids that are lent. */
    JsonObject config(String... args) throws IOException {
        JsonObject config = JsonObject.parse(sh("rm -f config.json && estiba-oci spec --rootless && cat config.json")
                .succeeds()
                .output());
        return config.put("process.terminal", false)
                .put("process.args", List.of(args))
                .put("root.path", HOME + "/root")
                .put("root.readonly", false)
                .add("linux.uidMappings", Map.of("containerID", 1, "hostID", LENT, "size", 65536))
                .add("linux.gidMappings", Map.of("containerID", 1, "hostID", LENT, "size", 65536));
    }

    /** Makes it the configuration of the one bundle that there is. */
    void configure(JsonObject config) throws IOException {
        guest.write(HOME + "/bundle/config.json", config.bytes());
    }

    /** Groups, containers and processes of them that are still there; the engine's own group stays. */
    String left() throws IOException {
        return guest.run("""
                        cd /sys/fs/cgroup/harbour && find . -mindepth 1 -type d \
                            ! -path ./quay ! -path ./sailor ! -path ./sailor/shell ! -path ./sailor/estiba
                        for state in estiba/oci estiba/engine/containers inner; do
                            ls -A /run/user/1000/$state
                        done
                        ps -o user,args | grep '^[s]ailor *sleep'
                        """).output();
    }
}
