package dev.estiba.runtime.command;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@link OciCommand} for who starts the same container again and again under another name, as supervisors do, and for who
 * runs the same program again in the same container: two requests that differ in the container's id alone have plans that
 * differ in it alone, so from the third on the plan is copied and the id written into its places. A compilation takes a
 * millisecond of a cold processor's time, this a tenth.
 *
 * <p>Why that is the same plan: an id that is looked for here can be part of no word that has a meaning ({@link
 * IdText#isTelling}), and the compiler only ever copies what contains it. The places are found with an id that nobody has: a request with it is compiled, and its plan with
 * the real id put in must be, byte for byte, the real one, or the request is not remembered (names in a map may come in
 * another order).
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
            this(bytes, Arrays.hashCode(bytes));
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
        private Optional<PlanTemplate> template = Optional.empty();
    }

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
        Optional<IdText> found = id(request);
        if (found.isEmpty()) {
            return new DirectAnswer(command, command.answer(request), abi);
        }
        IdText id = found.get();
        Key key = new Key(new RequestShape(request, id).bytes());
        Remembered remembered;
        Optional<PlanTemplate> template;
        synchronized (last) {
            remembered = last.computeIfAbsent(key, _ -> new Remembered());
            template = remembered.template;
        }
        if (template.isPresent()) {
            return template.get().with(id);
        }
        DirectAnswer answer = new DirectAnswer(command, command.answer(request), abi);
        if (answer.refusal().isEmpty() && isWorthIt(remembered)) {
            learn(request, id, answer, remembered);
        }
        return answer;
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

    private void learn(Request request, IdText id, DirectAnswer real, Remembered remembered) {
        IdText other = id.nobodys();
        DirectAnswer answer = new DirectAnswer(command, command.answer(RequestShape.with(request, id, other)), abi);
        Optional<PlanTemplate> template = PlanTemplate.of(answer, other, abi);
        if (template.isPresent() && template.get().isOf(real, id)) {
            synchronized (last) {
                remembered.template = template;
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

    /**
     * What a monitor is given: {@link OciCommand.Monitored}, encoded.
     *
     * @param epilogue a plan's bytes
     */
    public record Monitored(EncodedAnswer start, Optional<byte[]> epilogue) {}

    /** As {@link OciCommand#monitored}. */
    public Monitored monitored(Request request, Isolation isolation, StartRequest.Given given) {
        OciCommand.Monitored answer = command.monitored(request, isolation, given);
        return new Monitored(direct(answer.start()), answer.epilogue().map(plan -> PlanEncoder.encode(plan, abi)));
    }

    /** An answer that is not to be remembered. */
    public EncodedAnswer direct(Answer answer) {
        return new DirectAnswer(command, answer, abi);
    }
}
