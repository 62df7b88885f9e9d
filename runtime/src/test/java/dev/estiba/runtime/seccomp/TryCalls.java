package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program of try-calls.c: real calls under a real filter, each in a process of its own. */
final class TryCalls {
    private final Path directory;
    private final CProgram program;

    private TryCalls(Path directory, CProgram program) {
        this.directory = directory;
        this.program = program;
    }

    /**
     * A call to try.
     *
     * @param is32 by int $0x80, with an i386 number
     */
    record Call(boolean is32, int number, long... arguments) {
        String line() {
            StringBuilder line = new StringBuilder(is32 ? "32" : "64");
            line.append(' ').append(Integer.toHexString(number));
            for (int i = 0; i < 6; i++) {
                line.append(' ').append(Long.toHexString(i < arguments.length ? arguments[i] : 0));
            }
            return line.append('\n').toString();
        }
    }

    static TryCalls orSkip(Path directory) throws Exception {
        return new TryCalls(directory, CProgram.orSkip(directory, "try-calls.c", "-static"));
    }

    /** What each call answers without any filter. */
    List<String> withoutFilter(List<Call> calls) throws Exception {
        return run("-", 0, calls);
    }

    /** What each call answers under the filter. */
    List<String> under(FilterProgram filter, List<Call> calls) throws Exception {
        Path file = directory.resolve("filter");
        Files.write(file, filter.instructions());
        return run(file.toString(), filter.flags(), calls);
    }

    private List<String> run(String filter, int flags, List<Call> calls) throws Exception {
        StringBuilder lines = new StringBuilder();
        calls.forEach(call -> lines.append(call.line()));
        byte[] output = program.run(lines.toString(), Integer.toString(flags), filter);
        List<String> results =
                new String(output, StandardCharsets.US_ASCII).lines().toList();
        assertThat(results).hasSameSizeAs(calls);
        return results;
    }
}
