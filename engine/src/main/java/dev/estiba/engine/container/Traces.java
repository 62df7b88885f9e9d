package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ExplainOptions;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Host;
import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.Containers;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.OverlayRoot;
import dev.estiba.runtime.plan.Explanation;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanPrinter;
import dev.estiba.runtime.plan.Trace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The last few starts that were traced, for who asks how they went. Safe for all threads. */
final class Traces {
    private static final int KEPT = 16;
    private static final int MOST = 2 << 20;

    private final Containers runtime;
    private final Map<String, Traced> last = new LinkedHashMap<>();

    private record Traced(Plan plan, Trace trace) {}

    Traces(Containers runtime) {
        this.runtime = runtime;
    }

    /** @param terminal whether the program has one */
    void keep(String id, Bundle bundle, Isolation isolation, boolean terminal, Optional<OverlayRoot> overlay, Fd memory)
            throws IOException {
        // The same configuration makes the same plan: it need not be kept by everybody who has none traced.
        Plan plan = runtime.plan(id, bundle, isolation, terminal, overlay).start();
        Traced traced = new Traced(plan, Trace.of(FileBytes.readAll(memory, MOST)));
        synchronized (last) {
            last.put(id, traced);
            if (last.size() > KEPT) {
                last.remove(last.keySet().iterator().next());
            }
        }
    }

    /** @throws ApiException 404 when that start was not traced by this process, or long ago */
    void print(String id, ExplainOptions options, OutputStream to) throws IOException {
        Traced traced;
        synchronized (last) {
            traced = last.get(id);
        }
        if (traced == null) {
            throw ApiException.notFound("no trace of container " + id + ": its start was not traced, or long ago");
        }
        PlanPrinter printer = new PlanPrinter(
                Host.abi(), options.showEnvironment(), Explanation.traced(traced.plan(), Host.abi(), traced.trace()));
        print(printer, traced.plan(), options, to);
        if (options.format() == ExplainOptions.Format.TEXT) {
            String sum = String.format(
                    Locale.ROOT,
                    "%n%d steps were walked, %.1f ms from the first to the last%n",
                    traced.trace().size(),
                    traced.trace().nanos() / 1e6);
            to.write(sum.getBytes(StandardCharsets.UTF_8));
        }
    }

    static void print(PlanPrinter printer, Plan plan, ExplainOptions options, OutputStream to) throws IOException {
        if (options.format() == ExplainOptions.Format.JSON) {
            printer.json(plan, to);
            to.write('\n');
        } else {
            to.write(printer.text(plan, width(options)).getBytes(StandardCharsets.UTF_8));
        }
    }

    static int width(ExplainOptions options) {
        return options.width() == 0 ? Integer.MAX_VALUE : options.width();
    }
}
