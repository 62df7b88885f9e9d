package dev.estiba.runtime.planner;

import dev.estiba.runtime.command.EncodedAnswer;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.command.PlanMemo;
import dev.estiba.runtime.compile.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plans made for nobody, from a built-in configuration: they load and compile the classes of a real one. */
final class Warmup {
    private static final ByteBuffer SPARE = ByteBuffer.allocateDirect(Buffers.SIZE);

    private Warmup() {}

    static void run(OciCommand command, Machine machine, int times) {
        byte[] config = builtIn();
        PlanMemo memo = new PlanMemo(command, machine.abi(), 4);
        for (int i = 0; i < times; i++) {
            // As it comes for the first time, and as it comes again and again.
            for (Request request : requests(config, "warm-up")) {
                answer(memo, request);
            }
            for (Request request : requests(config, "warm-up-" + (100_000 + i))) {
                answer(memo, request);
            }
        }
    }

    private static void answer(PlanMemo memo, Request request) {
        EncodedAnswer answer = memo.answer(request);
        answer.foreseeing(Request.HEADER, SPARE);
        answer.next().ifPresent(next -> next.with(users()).plan(Request.HEADER));
    }

    /** What the executor sends on, when it is asked. */
    static Request users() {
        return new Request(List.of(buffer(Request.Tag.PASSWD, "root:x:0:0:root:/:/bin/sh\n")));
    }

    static List<Request> requests(String id) {
        return requests(builtIn(), id);
    }

    private static List<Request> requests(byte[] config, String id) {
        return List.of(starting("run", config, id), starting("create", config, id), entering(config, id));
    }

    private static Request starting(String verb, byte[] config, String id) {
        String entries =
                "\0\0\0\0\0\0\0\0dblkio\0dcpu\0dcpuacct\0dcpuset\0ddevices\0dfreezer\0dhugetlb\0dmemory\0dnet_cls\0dpids\0"
                        + "dsystemd\0dunified\0";
        String own = "11:hugetlb:/\n10:net_cls:/\n9:blkio:/\n8:cpu:/\n7:cpuacct:/\n6:cpuset:/\n5:freezer:/\n4:pids:/\n"
                + "3:memory:/\n2:devices:/\n1:name=systemd:/\n0::/\n";
        return new Request(List.of(
                buffer(Request.Tag.ARGV, "--root\0/nowhere/states\0" + verb + "\0--bundle\0/nowhere\0" + id + "\0"),
                new Request.Buffer(Request.Tag.CALLER, new byte[32]),
                buffer(Request.Tag.CWD, "/"),
                buffer(Request.Tag.BUNDLE, "/nowhere"),
                new Request.Buffer(Request.Tag.CONFIG, config),
                buffer(Request.Tag.CGROUPS, entries),
                buffer(Request.Tag.OWN_CGROUP, own)));
    }

    private static Request entering(byte[] config, String id) {
        String state = "{\"version\":1,\"id\":\"" + id + "\",\"bundle\":\"/nowhere\",\"created\":\"\",\"owner\":0,"
                + "\"cgroups\":[\"/sys/fs/cgroup/memory/" + id + "\"]}";
        return new Request(List.of(
                buffer(Request.Tag.ARGV, "exec\0" + id + "\0/bin/true\0"),
                new Request.Buffer(Request.Tag.CALLER, new byte[32]),
                buffer(Request.Tag.CWD, "/"),
                buffer(Request.Tag.STATE, state),
                buffer(Request.Tag.INIT, "{\"pid\":                   1,\"start\":                   1}\n"),
                new Request.Buffer(Request.Tag.CONFIG, config)));
    }

    private static Request.Buffer buffer(Request.Tag tag, String text) {
        return new Request.Buffer(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] builtIn() {
        try (InputStream in = Warmup.class.getResourceAsStream("warm-up.json")) {
            if (in == null) {
                throw new IllegalStateException("the jar has no warm-up.json");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
