package dev.estiba.testkit.vm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The guests of a run of the tests: each is booted when it is first asked for, and again when it has ended. */
final class Guests implements AutoCloseable {
    /** A guest that ends again and again would cost a minute in every test. */
    private static final int MOST_BOOTS = 3;

    private final Map<GuestKernel, Guest> running = new EnumMap<>(GuestKernel.class);
    private final Map<GuestKernel, Integer> boots = new EnumMap<>(GuestKernel.class);
    private final Map<GuestKernel, Exception> unbootable = new EnumMap<>(GuestKernel.class);
    private Optional<Guest> systemd = Optional.empty();
    private boolean imageMade;

    /** One whose first process is systemd, on Debian 12's kernel; the same all the time. */
    synchronized Guest withSystemd() throws IOException {
        if (systemd.filter(Guest::alive).isEmpty()) {
            Path machines = ready(GuestKernel.OLDEST);
            systemd = Optional.of(Guest.boot(machines, GuestKernel.OLDEST, "init=systemd"));
        }
        return systemd.get();
    }

    /** Skips a test where there is nothing to boot. */
    synchronized void need() throws IOException {
        Path unused = ready(GuestKernel.OLDEST);
    }

    /** The same for one test alone, which closes it, with these files as disks. */
    synchronized Guest withSystemd(List<Path> files) throws IOException {
        Path machines = ready(GuestKernel.OLDEST);
        return Guest.boot(machines, GuestKernel.OLDEST, files, "init=systemd");
    }

    /** @throws IOException when it cannot be booted; the test is skipped when there is nothing to boot it with */
    synchronized Guest of(GuestKernel kernel) throws IOException {
        Guest guest = running.get(kernel);
        if (guest != null && guest.alive()) {
            return guest;
        }
        Path machines = ready(kernel);
        refuse(kernel);
        if (boots.merge(kernel, 1, Integer::sum) > MOST_BOOTS) {
            throw new IOException("the guest of the " + kernel + " kernel ended " + MOST_BOOTS + " times");
        }
        Guest booted = boot(machines, kernel);
        running.put(kernel, booted);
        return booted;
    }

    /** What guests are booted from. */
    private Path ready(GuestKernel kernel) throws IOException {
        Path repository = Path.of(System.getProperty("estiba.repo", "."));
        Path machines = repository.resolve("build/vm");
        assumeTrue(System.getProperty("estiba.home") != null, "estiba.home is not set: run the tests by ./dev test");
        assumeTrue(Boolean.getBoolean("estiba.vm"), "other kernels are asked by ./dev test, alone or with --vm");
        assumeTrue(Files.exists(Guest.QEMU), "needs QEMU: apt-get install qemu-system-x86");
        assumeTrue(
                Files.exists(kernel.in(machines).resolve("vmlinuz")),
                "the guests' kernels are not there; build/vm.log says why");
        makeImage(repository, machines);
        return machines;
    }

    /** Debian's newest kernel is another one every week, and may be one that this QEMU cannot run. */
    private Guest boot(Path machines, GuestKernel kernel) throws IOException {
        try {
            return Guest.boot(machines, kernel);
        } catch (Guest.NotBooted first) {
            try {
                return Guest.boot(machines, kernel);
            } catch (Guest.NotBooted again) {
                unbootable.put(kernel, again);
                refuse(kernel);
                throw again;
            }
        }
    }

    private void refuse(GuestKernel kernel) throws IOException {
        Exception why = unbootable.get(kernel);
        if (why != null) {
            assumeTrue(kernel != GuestKernel.NEWEST, "the newest kernel of Debian's does not boot in this QEMU");
            throw new IOException("the guest of the " + kernel + " kernel does not boot", why);
        }
    }

    private void makeImage(Path repository, Path machines) throws IOException {
        if (imageMade) {
            return;
        }
        Path busybox = repository.resolve("build/peers/bin/busybox");
        assumeTrue(Files.exists(busybox), "the guests need testkit/peers' busybox, which is not there");
        Process script = new ProcessBuilder(
                        repository.resolve("testkit/vm/image").toString(),
                        machines.toString(),
                        System.getProperty("estiba.home"),
                        System.getProperty("java.home"),
                        busybox.toString(),
                        repository.resolve("build/probe").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!script.waitFor(120, TimeUnit.SECONDS) || script.exitValue() != 0) {
                script.destroyForcibly();
                throw new IOException("testkit/vm/image failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the guests' disk was made", e);
        }
        imageMade = true;
    }

    @Override
    public synchronized void close() {
        running.values().forEach(Guest::close);
        running.clear();
        systemd.ifPresent(Guest::close);
    }

    /** Gives constructors the run's guests. JUnit closes them with its last test. */
    static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Guests.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Guests.class))
                    .computeIfAbsent(Guests.class);
        }
    }
}
