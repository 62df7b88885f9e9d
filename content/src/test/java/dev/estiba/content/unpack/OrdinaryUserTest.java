package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unpacking without any right: everything is the user's, and what only root may make is left out and told. */
@Tag("kernel")
@Timeout(120)
class OrdinaryUserTest {
    private static final int USER = 12345;

    @TempDir
    Path directory;

    private Path ours;

    @BeforeEach
    void layout() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root, to become another user");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "knows the system calls' numbers of x86-64 alone");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ours = Files.createDirectory(directory.resolve("ours"));
        Files.setAttribute(ours, "unix:uid", USER);
    }

    /** By a thread that is that user: syscall(2) changes one thread alone. */
    private static <T> T asUser(Callable<T> work) throws Exception {
        Linker linker = Linker.nativeLinker();
        MethodHandle call = linker.downcallHandle(
                linker.defaultLookup().find("syscall").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        FutureTask<T> task = new FutureTask<>(() -> {
            try (Arena arena = Arena.ofConfined()) {
                long none = arena.allocate(8).address();
                // setgroups, setresgid, setresuid, prctl(PR_SET_DUMPABLE): /proc/self stays the process's own.
                for (long[] each : new long[][] {
                    {116, 0, none, 0}, {119, USER, USER, USER}, {117, USER, USER, USER}, {157, 4, 1, 0}
                }) {
                    assertThat((long) call.invokeExact(each[0], each[1], each[2], each[3]))
                            .isZero();
                }
                return work.call();
            } catch (Exception e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
        Thread thread = Thread.ofPlatform().start(task);
        thread.join();
        return task.get();
    }

    private Unpacked unpack(byte[] archive) throws Exception {
        return asUser(() -> {
            try (Fd target = Open.absolute(ours.toString(), Open.How.directory())) {
                return new Unpacker(Rights.USER, UnpackLimits.DEFAULT)
                        .unpack(new ByteArrayInputStream(archive), Compression.NONE, target, count -> {});
            }
        });
    }

    @Test
    void everythingIsTheUsers() throws Exception {
        byte[] capability = new byte[20];
        capability[3] = 2;
        Unpacked unpacked = unpack(new Layer()
                .add(new TarEntry.Directory(Layer.metadata("d", 0755).withOwner(7, 8)), new byte[0])
                .file(Layer.metadata("d/f", 04751).withOwner(7, 8), "text")
                .file(Layer.metadata("d/g", 0444), "closed")
                .attribute("note", "user.note", new byte[] {1})
                .attribute("cap", "security.capability", capability)
                .link("l", "d/f")
                .hardLink("h", "d/f")
                .fifo("p")
                .device("null", 1, 3)
                .directory("closed", 0)
                .file("closed/in", "in")
                .directory("closed/deep", 0500)
                .file("closed/deep/f", "f")
                .file(".wh.gone", "")
                .file("d/.wh..wh..opq", "")
                .bytes());
        assertThat(unpacked.walls().mounts()).isFalse();
        assertThat(unpacked.omitted())
                .containsExactly(
                        "\"cap\": its attribute \"security.capability\" is none that an image may give it",
                        "\"null\": only root may make devices");
        for (String name : new String[] {"d", "d/f", "note", "p", "closed/in", "closed/deep/f"}) {
            assertThat(Files.getAttribute(ours.resolve(name), "unix:uid"))
                    .as(name)
                    .isEqualTo(USER);
        }
        assertThat(Files.getAttribute(ours.resolve("d/f"), "unix:mode")).isEqualTo(0104751);
        assertThat(Files.getAttribute(ours.resolve("d/g"), "unix:mode")).isEqualTo(0100444);
        assertThat(Files.getAttribute(ours.resolve("closed"), "unix:mode")).isEqualTo(040000);
        assertThat(Files.getAttribute(ours.resolve("closed/deep"), "unix:mode")).isEqualTo(040500);
        assertThat(Files.getLastModifiedTime(ours.resolve("closed")).toInstant())
                .isEqualTo(Layer.TIME);
        assertThat(Files.getAttribute(ours.resolve("gone"), "unix:mode")).isEqualTo(020000);
        assertThat(ours.resolve("null")).doesNotExist();
        try (CallMemory memory = new CallMemory();
                Fd marked = Open.absolute(ours.resolve("d").toString(), Open.How.directory())) {
            assertThat(ExtendedAttributes.get(
                            memory, marked, "user.overlay.opaque".getBytes(StandardCharsets.US_ASCII)))
                    .hasValueSatisfying(value -> assertThat(value).containsExactly('y'));
        }
    }

    @Test
    void aLayerThatLeadsOutIsStopped() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.setAttribute(outside, "unix:uid", USER);
        byte[] archive =
                new Layer().link("l", outside.toString()).file("l/f", "").bytes();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> unpack(archive)))
                .hasRootCauseInstanceOf(UnpackException.class);
        assertThat(outside).isEmptyDirectory();
    }
}
