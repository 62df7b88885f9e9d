package dev.estiba.testkit.rootless;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.rootless.Person.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The {@code estiba} command for an ordinary user, with the kernel's own overlay. */
@Tag("kernel")
class RootlessRunKernelTest {
    private static final String BRIDGE =
            "WARNING: bridge networks need the daemon: it has --network none (or say --network host)\n";

    private final List<Person> people = new ArrayList<>();

    private Person person(boolean lends) throws IOException {
        Person person = Person.open(lends);
        people.add(person);
        return person;
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        for (Person person : people) {
            person.sh("for id in $($T/bin/estiba ps -aq); do $T/bin/estiba rm -f $id; done");
            awaitNothing(person);
            person.close();
        }
    }

    /** Directories of a container that ended with --rm go when nobody waits for it any more. */
    private static void awaitNothing(Person person) throws IOException, InterruptedException {
        Path containers = person.home().resolve(".local/share/estiba/containers");
        for (int i = 0; i < 250 && !names(containers).isEmpty(); i++) {
            Thread.sleep(20);
        }
        assertThat(names(containers)).isEmpty();
        assertThat(person.processesButResidents()).isEmpty();
    }

    private static List<Path> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static Ended estiba(Person person, String words) throws IOException {
        return person.sh("$T/bin/estiba " + words);
    }

    private static String run(String script) {
        return "run --rm --network none rootfs:$HOME/root sh -c '" + script + "'";
    }

    @Test
    void aUserWithLentIdsIsRootAndHasOthers() throws Exception {
        Person person = person(true);
        Ended hello = estiba(person, "run --rm hello");
        assertThat(hello.error()).isEqualTo(BRIDGE);
        assertThat(hello.output()).contains("user 0, group 0, the first process here: number 1");
        Ended ended = estiba(
                person, run("cat /proc/self/uid_map; touch /file; chown 5:6 /file; stat -c %u:%g /file; exit 7"));
        assertThat(ended.error()).isEmpty();
        assertThat(ended.output().replaceAll(" +", " "))
                .isEqualTo(" 0 " + person.uid() + " 1\n 1 " + person.lent() + " " + Person.LENT + "\n5:6\n");
        assertThat(ended.status()).isEqualTo(7);
        assertThat(person.home().resolve("root/file")).doesNotExist();
    }

    @Test
    void aUserToWhomNothingIsLentIsRootAlone() throws Exception {
        Person person = person(false);
        Ended ended = estiba(person, run("id -u; cat /proc/self/uid_map; touch /file && stat -c %u:%g /file"));
        assertThat(ended.error()).isEmpty();
        assertThat(ended.output().replaceAll(" +", " ")).isEqualTo("0\n 0 " + person.uid() + " 1\n0:0\n");
        assertThat(estiba(person, "run --rm --network none -u 5 rootfs:$HOME/root id")
                        .error())
                .contains("user 5 of the container is nobody on the host: its user namespace has 0 to 0");
    }

    /** Its changed files are of ids that only the container's root can remove, in directories that nobody else may list. */
    @Test
    void whatOthersOwnIsKeptOverARestartAndRemovedAtTheEnd() throws Exception {
        Person person = person(true);
        assertThat(estiba(person, "run -d --name life --network none rootfs:$HOME/root sleep 1000")
                        .error())
                .isEmpty();
        Ended exec = estiba(
                person,
                "exec life sh -c 'busybox mkdir -p /d/e/f; touch /d/e/f/g; busybox chmod 700 /d /d/e; chown -R 7:7 /d;"
                        + " echo \"x:x:77:78::/:\" >/etc/passwd; exit 3'");
        assertThat(exec.error()).isEmpty();
        assertThat(exec.status()).isEqualTo(3);
        assertThat(estiba(person, "stop -t 0 life").output()).isEqualTo("life\n");
        assertThat(estiba(person, "inspect -f {{.State.ExitCode}} life").output())
                .isEqualTo("137\n");
        assertThat(estiba(person, "start life").output()).isEqualTo("life\n");
        assertThat(estiba(person, "exec -u x life id -u").output()).isEqualTo("77\n");
        assertThat(estiba(person, "exec life stat -c %u /d/e/f/g").output()).isEqualTo("7\n");
        assertThat(estiba(person, "rm -f life")).isEqualTo(new Ended(0, "life\n", ""));
    }

    @Test
    void theHostsNetworkIsShared() throws Exception {
        Person person = person(true);
        Ended ended = estiba(person, "run --rm --network host rootfs:$HOME/root ls /sys/class/net");
        assertThat(ended.output()).contains("lo\n");
        assertThat(ended.error()).isEmpty();
    }

    @Test
    void whatCannotBeIsSaid() throws Exception {
        Person person = person(true);
        Ended limits = estiba(person, "run --rm --network none -m 64m rootfs:$HOME/root true");
        assertThat(limits.error())
                .isEqualTo("WARNING: Resource limits are not supported and ignored on cgroups V1 rootless systems\n");
        assertThat(limits.status()).isZero();
        Ended jail = estiba(person, "run --rm --network host --isolation chroot -u 5 rootfs:$HOME/root true");
        assertThat(jail.error()).contains("--isolation chroot takes root");
        assertThat(jail.status()).isEqualTo(125);
    }

    @Test
    void aStartIsExplained() throws Exception {
        Person person = person(true);
        Ended ended = estiba(person, "run --explain --network none rootfs:$HOME/root true");
        assertThat(ended.error()).isEmpty();
        assertThat(ended.output()).contains("newuidmap", "userxattr");
    }
}
