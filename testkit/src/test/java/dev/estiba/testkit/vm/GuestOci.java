package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The runtime in a guest, and what a test makes with it. Closing it deletes every container, and fails when something is
 * left: a cgroup, a state directory, a process, a mount.
 */
final class GuestOci implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Processes of containers are told by their program, which nothing else has. */
    private static final String LEFT = """
            find /sys/fs/cgroup -type d -path '*/estiba-test/*'
            ls /run/estiba/oci
            cut -d ' ' -f 5 /proc/1/mountinfo | grep ^/srv/
            ps -o pid,args | grep -E '^ *[0-9]+ (/bin/probe|/bin/true|estiba-oci)'
            """;

    private final Guest guest;
    private final Path directory;
    private final List<String> ids = new ArrayList<>();

    /** @param directory an empty one of this machine, where the configurations are written */
    GuestOci(Guest guest, Path directory) {
        this.guest = guest;
        this.directory = directory;
    }

    Guest guest() {
        return guest;
    }

    /** Docker's default container, which is to be {@link #push}ed. Its bundle in the guest is beneath /srv. */
    Bundle bundle() throws IOException {
        String id = "guest-" + COUNT.incrementAndGet();
        ids.add(id);
        return Bundles.ofRepository(Path.of(System.getProperty("estiba.repo", ".")))
                .docker(directory.resolve(id), id);
    }

    /** Where a container's bundle is in the guest. */
    static String place(String id) {
        return "/srv/" + id;
    }

    /** Makes the bundle in the guest: its configuration as it is here, and a root with the probe and busybox. */
    void push(Bundle bundle) throws IOException {
        String here = bundle.directory().toString();
        String config = Files.readString(bundle.configFile()).replace(here, place(bundle.id()));
        guest.run("""
                mkdir -p %1$s/rootfs && cd %1$s && echo %2$s >hostname && echo '# hosts' >hosts && echo '# resolv' >resolv.conf
                cd rootfs && mkdir -p bin dev etc home proc root run sys tmp usr var && chmod 1777 tmp
                cp /opt/probe/* /bin/busybox bin/ && ln -sf busybox bin/sh
                cp /etc/passwd /etc/group etc/ && touch etc/hosts etc/hostname etc/resolv.conf
                base64 -d >../config.json <<'END'
                %3$s
                END
                """.formatted(
                                place(bundle.id()),
                                bundle.id(),
                                Base64.getMimeEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8))))
                .succeeds();
    }

    Guest.Result oci(String... words) throws IOException {
        return guest.run("estiba-oci " + Guest.quote(words));
    }

    Guest.Result run(Bundle bundle) throws IOException {
        push(bundle);
        return oci("run", "--bundle", place(bundle.id()), bundle.id());
    }

    /** What the probe says in this container. */
    Answers ask(Bundle bundle, String... words) throws IOException {
        return Answers.parse(run(bundle.probe(words)).succeeds().output());
    }

    /** What the probe says in Docker's default container. */
    Answers ask(String... words) throws IOException {
        return ask(bundle(), words);
    }

    /** A created container. Its output goes to {@code output} in its bundle. */
    String create(Bundle bundle) throws IOException {
        push(bundle);
        guest.run("cd " + place(bundle.id()) + " && estiba-oci create " + bundle.id() + " >output 2>&1")
                .succeeds();
        return bundle.id();
    }

    /** A running one. */
    String start(Bundle bundle) throws IOException {
        String id = create(bundle);
        oci("start", id).succeeds();
        return id;
    }

    JsonObject state(String id) throws IOException {
        return JsonObject.parse(oci("state", id).succeeds().output());
    }

    /** Waits until it has that status; a signal's effect takes its time. */
    void becomes(String id, String status) throws IOException {
        guest.run("for round in $(seq 100); do estiba-oci state " + id + " | grep -q '\"status\": \"" + status
                        + "\"' && exit; sleep 0.1; done; estiba-oci state " + id + "; exit 1")
                .succeeds();
    }

    /** What the container has written since it was created. */
    String output(String id) throws IOException {
        return guest.read(place(id) + "/output");
    }

    @Override
    public void close() throws IOException {
        if (!guest.alive()) {
            return;
        }
        for (String id : ids) {
            oci("delete", "--force", id);
            guest.call("rm", "-rf", place(id));
        }
        assertThat(guest.run(LEFT).output()).isEmpty();
    }
}
