package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Code that has lost its way in a room: whatever it tries outside of its directory is refused. */
@Tag("kernel")
@Timeout(120)
class RoomKernelTest {
    private static final int HERE = -100;
    private static final int CREATE = 0101;

    @TempDir
    Path directory;

    private Path layer;
    private Path secret;

    @BeforeEach
    void layout() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "namespaces need root");
        layer = Files.createDirectory(directory.resolve("layer"));
        Files.writeString(layer.resolve("inside"), "x");
        secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.setLastModifiedTime(secret, FileTime.fromMillis(5000));
    }

    private <T> T inRoom(Room.Work<T> work) throws IOException {
        try (Fd target = Open.absolute(layer.toString(), Open.How.directory())) {
            return Room.run("a room", target, work);
        }
    }

    private static boolean hasLandlock() {
        try (Frame frame = new Frame()) {
            return frame.call(Frame.number("landlock_create_ruleset"), 0, 0, 1) >= 2;
        }
    }

    @Test
    void theDirectoryIsAllThereIs() throws Exception {
        Files.createDirectory(layer.resolve("sub"));
        List<String> seen = inRoom(inside -> {
            assertThat(inside.walls()).isEqualTo(new Room.Walls(true, true, hasLandlock()));
            return Directory.list(inside.layer(), 10).stream()
                    .map(Directory.Entry::name)
                    .sorted()
                    .toList();
        });
        assertThat(seen).containsExactly("inside", "sub");
        Map<String, Long> results = inRoom(inside -> {
            try (CallMemory memory = new CallMemory()) {
                Map<String, Long> all = new LinkedHashMap<>();
                all.put("root", open(memory, "/", 0));
                all.put("proc", open(memory, "/proc", 0));
                all.put("up", open(memory, "/layer/../../etc/passwd", 0));
                all.put("make", open(memory, "/made", CREATE));
                all.put("inside", open(memory, "/layer/inside", 0));
                all.put("fresh", open(memory, "/layer/fresh", CREATE));
                return all;
            }
        });
        if (hasLandlock()) {
            assertThat(results.get("root")).isEqualTo(-Errno.EACCES.number());
        }
        assertThat(results.get("proc")).isNegative();
        assertThat(results.get("up")).isNegative();
        assertThat(results.get("make")).isNegative();
        assertThat(results.get("inside")).isZero();
        assertThat(results.get("fresh")).isZero();
        // Its umask is 0, and ours is what it was.
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layer.resolve("fresh"))))
                .isEqualTo("rw-rw-rw-");
    }

    /** Opened and closed again: 0, or -errno. */
    private static long open(CallMemory memory, String path, int flags) throws IOException {
        long fd = memory.call(Frame.number("openat"), HERE, memory.first(bytes(path)), flags, 0666);
        if (fd >= 0) {
            memory.call(Frame.number("close"), fd);
        }
        return Math.min(fd, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What the host must not be asked to do, with a path that is right outside and one that climbs out of the layer. */
    private static Map<String, Long> attacks(Fd directory, Path secret, Path from, int port) throws IOException {
        Map<String, Long> all = new LinkedHashMap<>();
        try (CallMemory memory = new CallMemory()) {
            int layer = directory.number();
            long data = memory.data().address();
            for (byte[] path : List.of(
                    bytes(secret.toString()),
                    bytes("../secret"),
                    bytes("../" + secret),
                    bytes("../../../../.." + secret))) {
                String name = CallMemory.shown(path);
                all.put("read " + name, call(memory, "openat", layer, memory.first(path), 0, 0));
                all.put("write " + name, call(memory, "openat", layer, memory.first(path), 1, 0));
                all.put("chmod " + name, call(memory, "fchmodat", layer, memory.first(path), 0777));
                all.put("chown " + name, call(memory, "fchownat", layer, memory.first(path), 1, 1, 0));
                all.put("utimes " + name, call(memory, "utimensat", layer, memory.first(path), 0, 0));
                all.put("unlink " + name, call(memory, "unlinkat", layer, memory.first(path), 0));
                all.put("truncate " + name, call(memory, "truncate", memory.first(path), 0));
                all.put(
                        "xattr " + name,
                        call(memory, "setxattr", memory.first(path), memory.second(bytes("user.x")), data, 1, 0));
                all.put(
                        "link out " + name,
                        call(
                                memory,
                                "linkat",
                                layer,
                                memory.first(bytes("inside")),
                                layer,
                                memory.second(bytes(CallMemory.shown(path) + "2")),
                                0));
                all.put(
                        "link in " + name,
                        call(memory, "linkat", layer, memory.first(path), layer, memory.second(bytes("got")), 0));
                all.put(
                        "rename out " + name,
                        call(memory, "renameat2", layer, memory.first(bytes("inside")), layer, memory.second(path), 0));
                all.put(
                        "rename in " + name,
                        call(memory, "renameat2", layer, memory.first(path), layer, memory.second(bytes("got")), 0));
                byte[] fresh = bytes(name + "3");
                all.put("create " + name, call(memory, "openat", layer, memory.first(fresh), CREATE, 0666));
                all.put("mkdir " + name, call(memory, "mkdirat", layer, memory.first(fresh), 0777));
                all.put("mknod " + name, call(memory, "mknodat", layer, memory.first(fresh), Nodes.FIFO | 0666, 0));
                all.put(
                        "symlink " + name,
                        call(memory, "symlinkat", memory.second(bytes("x")), layer, memory.first(fresh)));
            }
            all.put("socket", connect(memory, unixAddress(memory, from.toString(), false)));
            all.put("abstract socket", connect(memory, unixAddress(memory, "estiba-room-test", true)));
            all.put("tcp", connect(memory, inetAddress(memory, port)));
            all.put(
                    "mount",
                    call(memory, "mount", memory.first(bytes("x")), memory.second(bytes("/layer")), data, 4096, 0));
        }
        return all;
    }

    private static long call(CallMemory memory, String name, long... arguments) {
        return memory.call(Frame.number(name), arguments);
    }

    private static long connect(CallMemory memory, MemorySegment address) {
        int family = address.get(ValueLayout.JAVA_SHORT, 0);
        long socket = call(memory, "socket", family, 1, 0);
        if (socket < 0) {
            return socket;
        }
        long r = call(memory, "connect", socket, address.address(), address.byteSize());
        call(memory, "close", socket);
        return r;
    }

    private static MemorySegment unixAddress(CallMemory memory, String name, boolean isAbstract) {
        byte[] text = bytes(name);
        int at = isAbstract ? 3 : 2;
        MemorySegment address =
                memory.struct().asSlice(0, isAbstract ? at + text.length : 110).fill((byte) 0);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
        MemorySegment.copy(text, 0, address, ValueLayout.JAVA_BYTE, at, text.length);
        return address;
    }

    private static MemorySegment inetAddress(CallMemory memory, int port) {
        MemorySegment address = memory.struct().asSlice(0, 16).fill((byte) 0);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) 2);
        address.set(ValueLayout.JAVA_SHORT, 2, Short.reverseBytes((short) port));
        address.set(ValueLayout.JAVA_INT, 4, 0x0100007f);
        return address;
    }

    private Map<String, Long> attacked(Path socket, int port) throws IOException {
        return inRoom(inside -> {
            // Out of the layer's descriptor "/.." leads to the room's root, and not beyond.
            return attacks(inside.layer(), secret, socket, port);
        });
    }

    /** "../secret" climbs from the layer's own mount into the room's root, which is empty and read-only. */
    @Test
    void pathCodeThatIsBrokenChangesNothingOutside() throws Exception {
        Path path = directory.resolve("s");
        try (ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            unix.bind(UnixDomainSocketAddress.of(path));
            Map<String, Long> results = attacked(path, tcp.getLocalPort());
            assertThat(results)
                    .allSatisfy((what, result) -> assertThat(result).as(what).isNegative());
        }
        unharmed();
    }

    /** Without the room they succeed: the test above would see it if the walls did not stand. */
    @Test
    void withoutTheRoomTheSameCodeHarmsTheHost() throws Exception {
        Path path = directory.resolve("s");
        try (ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Fd target = Open.absolute(layer.toString(), Open.How.directory())) {
            unix.bind(UnixDomainSocketAddress.of(path));
            Map<String, Long> results = attacks(target, secret, path, tcp.getLocalPort());
            for (String what : List.of("read ", "write ", "chmod ", "chown ", "utimes ", "unlink ")) {
                assertThat(results.get(what + secret)).as(what).isNotNegative();
            }
            for (String what : List.of("create ", "link out ", "rename out ")) {
                assertThat(results.get(what + secret)).as(what).isNotNegative();
            }
            assertThat(results.get("socket")).isZero();
            assertThat(results.get("tcp")).isZero();
        }
    }

    private void unharmed() throws IOException {
        assertThat(secret).hasContent("secret");
        assertThat(Files.getLastModifiedTime(secret)).isEqualTo(FileTime.fromMillis(5000));
        assertThat(Files.getAttribute(secret, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(secret, "unix:nlink")).isEqualTo(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-r--r--");
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(new TreeSet<>(
                            all.map(each -> each.getFileName().toString()).toList()))
                    .isSubsetOf("layer", "secret", "s");
        }
    }

    /** Landlock alone: without namespaces an ordinary user's own rights hold off what it does not. */
    @Test
    void anOrdinaryUserHasLandlockAlone() throws Exception {
        assumeTrue(hasLandlock(), "this kernel has no Landlock");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(layer, "unix:uid", OrdinaryUser.ID);
        Path own = Files.createDirectory(directory.resolve("own"));
        Files.setAttribute(own, "unix:uid", OrdinaryUser.ID);
        Map<String, Long> results = OrdinaryUser.call(() -> inRoom(inside -> {
            assertThat(inside.walls()).isEqualTo(new Room.Walls(false, false, true));
            try (CallMemory memory = new CallMemory()) {
                Map<String, Long> all = new LinkedHashMap<>();
                all.put("read", open(memory, secret.toString(), 0));
                all.put("create", open(memory, own + "/fresh", CREATE));
                all.put("climb", open(memory, layer + "/../own/fresh", CREATE));
                all.put("inside", open(memory, layer + "/fresh", CREATE));
                return all;
            }
        }));
        assertThat(results.remove("inside")).isZero();
        assertThat(results)
                .allSatisfy((what, result) -> assertThat(result).as(what).isEqualTo(-Errno.EACCES.number()));
        assertThat(own).isEmptyDirectory();
    }

    /** Nobody else uses it: its file is in a directory that the room does not have. */
    private static final class FirstUsedInside {
        static final String WORD = String.valueOf(new int[0].length);
    }

    @Test
    void classesOfTheWorksPackageAreThere() throws Exception {
        String word = inRoom(inside -> FirstUsedInside.WORD);
        assertThat(word).isEqualTo("0");
    }

    @Test
    void whatTheWorkThrowsIsThrown() {
        IOException mine = new IOException("mine");
        assertThatThrownBy(() -> inRoom(inside -> {
                    throw mine;
                }))
                .isSameAs(mine);
        assertThatThrownBy(() -> inRoom(inside -> {
                    throw new IllegalStateException("unchecked");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTargetThatIsNoDirectoryIsRefused() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (Fd file = Open.absolute(secret.toString(), Open.How.reading())) {
            Room<String> room = Room.start("a room", file, inside -> "entered", ended::countDown);
            assertThatThrownBy(room::await).isInstanceOf(ErrnoException.class);
        }
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void interruptingTheCallerInterruptsTheWork() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Thread.ofPlatform().start(() -> {
            try {
                began.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            caller.interrupt();
        });
        assertThatThrownBy(() -> inRoom(inside -> {
                    began.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void nothingIsLeft() throws Exception {
        inRoom(inside -> "once");
        for (int i = 0; i < 50; i++) {
            int round = i;
            Integer result = inRoom(inside -> round);
            assertThat(result).isEqualTo(i);
            assertThatThrownBy(() -> inRoom(inside -> {
                        throw new IOException("ends");
                    }))
                    .isInstanceOf(IOException.class);
        }
        // Other tests mount and open things at the same time: these are ours alone.
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            assertThat(threads.map(RoomKernelTest::name)).doesNotContain("a room");
        }
        Object inode = Files.getAttribute(layer, "unix:ino");
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.map(RoomKernelTest::inode)).doesNotContain(inode);
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return ""; // ended since it was listed
        }
    }

    private static Object inode(Path descriptor) {
        try {
            return Files.getAttribute(descriptor, "unix:ino");
        } catch (IOException e) {
            return 0; // closed since it was listed
        }
    }
}
