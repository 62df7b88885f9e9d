package dev.estiba.runtime.planner;

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
        Request request = new Request(List.of(
                new Request.Buffer(Request.Tag.ARGV, "run\0warm-up\0".getBytes(StandardCharsets.UTF_8)),
                new Request.Buffer(Request.Tag.CALLER, new byte[32]),
                new Request.Buffer(Request.Tag.CWD, "/".getBytes(StandardCharsets.UTF_8)),
                new Request.Buffer(Request.Tag.BUNDLE, "/nowhere".getBytes(StandardCharsets.UTF_8)),
                new Request.Buffer(Request.Tag.CONFIG, config),
                new Request.Buffer(Request.Tag.CGROUPS, "\0\0\0\0\0\0\0\0dmemory\0dpids\0".getBytes(StandardCharsets.UTF_8)),
                new Request.Buffer(Request.Tag.OWN_CGROUP, "0::/\n".getBytes(StandardCharsets.UTF_8))));
        for (int i = 0; i < times; i++) {
            var answer = command.answer(request);
            PlanEncoder.encode(answer.plan(), machine.abi());
            answer.next()
                    .ifPresent(next -> PlanEncoder.encode(
                            command.goOn(next, new Request(List.of())).plan(), machine.abi()));
        }
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
