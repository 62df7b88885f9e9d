package dev.estiba.runtime.command;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * {@link OciCommand} for who starts the same container again and again under another name, as supervisors do, and for who
 * runs the same program again in the same container: two requests that differ in the container's id alone have plans that
 * differ in it alone, so from the third on the plan is copied and the id written into its places. A compilation takes a
 * millisecond of a cold processor's time, this a tenth.
 *
 * <p>Why that is the same plan: an id that is looked for here can be part of no word that has a meaning ({@link
 * IdText#isTelling}), and the compiler only ever copies what contains it. The places are found with an id that nobody has:
 * a request with it is compiled, and its plan with the real id put in must be, byte for byte, the real one, or the request
 * is not remembered (names in a map may come in another order).
 *
 * <p>Safe for all threads.
 */
public final class PlanMemo {
    private final OciCommand command;
    private final Abi abi;
    private final Map<Key, Remembered> last;

    /** Bytes with a hash that is taken once. */
    private record Key(byte[] bytes, int hash) {
        Key(byte[] bytes) {
            this(bytes, sum(bytes));
        }

        /** C1 has an intrinsic for this one, and none for {@link Arrays#hashCode(byte[])}: 1 us for 10 KB, not 13. */
        private static int sum(byte[] bytes) {
            CRC32 sum = new CRC32();
            sum.update(bytes);
            return (int) sum.getValue();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key(byte[] its, int itsHash) && hash == itsHash && Arrays.equals(bytes, its);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }

    /** A kind of request that was seen; its template, when there is one. */
    private static final class Remembered {
        private boolean seen;
        private boolean hopeless;
        private Optional<Template> template = Optional.empty();
    }

    /** What was compiled for a request. */
    private record Compiled(DirectAnswer start, Optional<DirectAnswer> epilogue) {}

    private record Template(PlanTemplate start, Optional<PlanTemplate> epilogue) {}

    /** Compiles. */
    private interface Compiler {
        Compiled compile(Request request);
    }

    /**
     * What a monitor is given: {@link OciCommand.Monitored}, encoded.
     *
     * @param epilogue a plan's bytes
     */
    public record Monitored(EncodedAnswer start, Optional<byte[]> epilogue) {}

    /** @param kept how many kinds of requests are remembered */
    public PlanMemo(OciCommand command, Abi abi, int kept) {
        this.command = command;
        this.abi = abi;
        last = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Remembered> eldest) {
                return size() > kept;
            }
        };
    }

    /** As {@link OciCommand#answer}. */
    public EncodedAnswer answer(Request request) {
        Compiler compiler = each -> new Compiled(direct(command.answer(each)), Optional.empty());
        return answer(request, 0, compiler).start();
    }

    /** As {@link OciCommand#monitored}. */
    public Monitored monitored(Request request, Isolation isolation, StartRequest.Given given) {
        int kind = 1
                | (given.rootfs() ? 2 : 0)
                | (given.console() ? 4 : 0)
                | (isolation.equals(Isolation.NAMESPACES) ? 0 : 8);
        return answer(request, kind, each -> {
            OciCommand.Monitored answer = command.monitored(each, isolation, given);
            return new Compiled(direct(answer.start()), answer.epilogue().map(plan -> direct(Answer.of(plan))));
        });
    }

    /** An answer that is not to be remembered. */
    public DirectAnswer direct(Answer answer) {
        return new DirectAnswer(command, answer, abi);
    }

    /** @param kind of the question, beside its request */
    private Monitored answer(Request request, int kind, Compiler compiler) {
        Optional<IdText> found = id(request);
        if (found.isEmpty()) {
            return encoded(compiler.compile(request));
        }
        IdText id = found.get();
        Key key = new Key(new RequestShape(request, id, kind).bytes());
        Remembered remembered;
        Optional<Template> template;
        synchronized (last) {
            remembered = last.computeIfAbsent(key, _ -> new Remembered());
            template = remembered.template;
        }
        if (template.isPresent()) {
            return new Monitored(
                    template.get().start().with(id),
                    template.get().epilogue().map(each -> each.with(id).plan(0).array()));
        }
        Compiled real = compiler.compile(request);
        if (real.start().isRepeatable() && real.start().refusal().isEmpty() && isWorthIt(remembered)) {
            learn(request, id, compiler, real, remembered);
        }
        return encoded(real);
    }

    private static Monitored encoded(Compiled compiled) {
        return new Monitored(
                compiled.start(), compiled.epilogue().map(plan -> plan.plan(0).array()));
    }

    /** What comes once may never come again. */
    private boolean isWorthIt(Remembered remembered) {
        synchronized (last) {
            boolean again = remembered.seen && !remembered.hopeless;
            remembered.seen = true;
            remembered.hopeless |= again; // until it has succeeded, so that one thread tries
            return again;
        }
    }

    private void learn(Request request, IdText id, Compiler compiler, Compiled real, Remembered remembered) {
        IdText other = id.nobodys();
        Compiled compiled = compiler.compile(RequestShape.with(request, id, other));
        Optional<PlanTemplate> start = PlanTemplate.of(compiled.start(), other, abi);
        Optional<PlanTemplate> epilogue = compiled.epilogue().flatMap(each -> PlanTemplate.of(each, other, abi));
        boolean same = start.isPresent()
                && start.get().isOf(real.start(), id)
                && epilogue.isPresent() == real.epilogue().isPresent()
                && (epilogue.isEmpty() || epilogue.get().isOf(real.epilogue().orElseThrow(), id));
        if (same) {
            synchronized (last) {
                remembered.template = Optional.of(new Template(start.get(), epilogue));
            }
        }
    }

    /** The container's id, in a request whose plan depends on it as a text alone. */
    private static Optional<IdText> id(Request request) {
        try {
            CommandLine line = CommandLine.parse(request.strings(Tag.ARGV));
            return switch (line.command()) {
                case "run", "create", "exec" ->
                    line.arguments().isEmpty()
                            ? Optional.empty()
                            : IdText.of(line.arguments().getFirst());
                default -> Optional.empty();
            };
        } catch (UsageException e) {
            return Optional.empty(); // whoever answers says why
        }
    }
}
