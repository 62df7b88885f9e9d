package dev.estiba.runtime.planner;

import dev.estiba.runtime.command.Answer;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.plan.PlanEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plans made for nobody, from a built-in configuration: they load and compile the classes of a real one. */
final class Warmup {
    private Warmup() {}

    static void run(OciCommand command, Machine machine, int times) {
        byte[] config = builtIn();
        List<Request> requests = List.of(starting("run", config), starting("create", config), entering("exec", config));
        for (int i = 0; i < times; i++) {
            for (Request request : requests) {
                Answer answer = command.answer(request);
                PlanEncoder.encode(answer.plan(), machine.abi());
                answer.next()
                        .ifPresent(next -> PlanEncoder.encode(
                                command.goOn(next, new Request(List.of())).plan(), machine.abi()));
            }
        }
    }

    private static Request starting(String verb, byte[] config) {
        return new Request(List.of(
                buffer(Request.Tag.ARGV, verb + "\0warm-up\0"),
                new Request.Buffer(Request.Tag.CALLER, new byte[32]),
                buffer(Request.Tag.CWD, "/"),
                buffer(Request.Tag.BUNDLE, "/nowhere"),
                new Request.Buffer(Request.Tag.CONFIG, config),
                buffer(Request.Tag.CGROUPS, "\0\0\0\0\0\0\0\0dmemory\0dpids\0ddevices\0"),
                buffer(Request.Tag.OWN_CGROUP, "3:memory:/\n2:pids:/\n1:devices:/\n0::/\n")));
    }

    private static Request entering(String verb, byte[] config) {
        return new Request(List.of(
                buffer(Request.Tag.ARGV, verb + "\0warm-up\0/bin/true\0"),
                new Request.Buffer(Request.Tag.CALLER, new byte[32]),
                buffer(Request.Tag.CWD, "/"),
                buffer(
                        Request.Tag.STATE,
                        "{\"version\":1,\"id\":\"warm-up\",\"bundle\":\"/nowhere\",\"created\":\"\",\"owner\":0,"
                                + "\"cgroups\":[\"/sys/fs/cgroup/memory/warm-up\"]}"),
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
