package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bytes of a plan ({@code native/README.md}) as a plan again: for {@code --explain} of a plan that was kept, and for tests.
 *
 * <p>What the bytes do not hold is empty in what is read: the headings, and why an error is tolerated.
 */
public final class PlanReader {
    private static final Op[] OPS = Op.values();
    private static final Actor[] ACTORS = Actor.values();
    private static final int WHOLE_SENTENCE = 1;

    private final PlanCheck bytes;
    private final Abi abi;

    private PlanReader(PlanCheck bytes, Abi abi) {
        this.bytes = bytes;
        this.abi = abi;
    }

    /**
     * What the executor checks before it walks a plan.
     *
     * @throws PlanFormatException when it would refuse the bytes, in its words
     */
    public static void check(byte[] bytes, Abi abi) throws PlanFormatException {
        PlanCheck.check(bytes, abi);
    }

    /**
     * The plan in {@code bytes}, which are not kept.
     *
     * @throws PlanFormatException when the executor would refuse the bytes, or when they name a system call, an errno or
     *     an actor that this version has no word for
     */
    public static Plan read(byte[] bytes, Abi abi) throws PlanFormatException {
        return new PlanReader(PlanCheck.check(bytes.clone(), abi), abi).read();
    }

    private Plan read() throws PlanFormatException {
        if (bytes.actors > ACTORS.length) {
            throw new PlanFormatException(
                    "the plan has " + bytes.actors + " actors, of which this version knows " + ACTORS.length);
        }
        EnumMap<Actor, Plan.Part> parts = new EnumMap<>(Actor.class);
        for (int actor = 0; actor < bytes.actors; actor++) {
            Plan.Part part = new Plan.Part(steps(actor), bytes.actorPrefix(actor), bytes.actorStatus(actor));
            if (!part.equals(Plan.Part.EMPTY)) {
                parts.put(ACTORS[actor], part);
            }
        }
        byte[] data = new byte[(int) bytes.dataLength];
        bytes.in.get((int) bytes.dataAt, data);
        int[] pointers = new int[(int) bytes.pointers];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = bytes.in.getInt((int) bytes.pointersAt + i * 4);
        }
        return new Plan(parts, data, pointers, bytes.registers);
    }

    private List<Step> steps(int actor) throws PlanFormatException {
        int first = bytes.actorAt(actor);
        int words = bytes.actorWords(actor);
        Map<Integer, Integer> numbers = new HashMap<>();
        for (int at = 0; at < words; at += bytes.in.getInt(first + at * 4) & 0xff) {
            numbers.put(at, numbers.size());
        }
        numbers.put(words, numbers.size());
        List<Step> steps = new ArrayList<>(numbers.size());
        for (int at = 0; at < words; at += bytes.in.getInt(first + at * 4) & 0xff) {
            steps.add(step(first + at * 4, numbers));
        }
        return steps;
    }

    private Step step(int at, Map<Integer, Integer> numbers) throws PlanFormatException {
        int head = bytes.in.getInt(at);
        Op op = OPS[head >>> 8 & 0xff];
        int count = head >>> 24 & 0xf;
        int kinds = bytes.in.getInt(at + 8) & 0xffff;
        int number = bytes.in.getShort(at + 6) & 0xffff;
        int argumentsAt = at + PlanEncoder.STEP_HEAD * 4;
        List<Arg> arguments = arguments(argumentsAt, count, kinds);
        Optional<Label> target = Optional.empty();
        if (op == Op.JUMP) {
            Label label = new Label();
            label.step = java.util.Objects.requireNonNull(numbers.get(bytes.in.getInt(argumentsAt)));
            target = Optional.of(label);
            arguments.set(0, Arg.ZERO);
        }
        return new Step(
                op,
                op == Op.CALL ? Optional.of(call(number)) : Optional.empty(),
                op == Op.CALL ? 0 : number,
                List.copyOf(arguments),
                bytes.in.getShort(at + 4) & 0xffff,
                target,
                policy(head >>> 16 & 0xff, argumentsAt + PlanCheck.argumentWords(count, kinds) * 4),
                bytes.text(bytes.in.getInt(at + 12)),
                (head >>> 28 & WHOLE_SENTENCE) != 0,
                "");
    }

    private SystemCall call(int number) throws PlanFormatException {
        Optional<SystemCall> call = SystemCall.numbered(abi, number);
        if (call.isEmpty()) {
            throw new PlanFormatException("a step calls " + number + ", which is no system call of " + abi);
        }
        return call.get();
    }

    private List<Arg> arguments(int at, int count, int kinds) {
        List<Arg> arguments = new ArrayList<>(count);
        int next = at;
        for (int i = 0; i < count; i++) {
            int word = bytes.in.getInt(next);
            next += 4;
            switch (kinds >> (2 * i) & 3) {
                case 0 -> arguments.add(Arg.of(word));
                case 1 -> {
                    arguments.add(Arg.of(word & 0xffffffffL | (long) bytes.in.getInt(next) << 32));
                    next += 4;
                }
                case 2 -> arguments.add(new Arg.Data(word));
                default -> arguments.add(new Arg.Register(word));
            }
        }
        return arguments;
    }

    private OnFailure policy(int policy, int tail) throws PlanFormatException {
        if (policy == 0) {
            return OnFailure.STOP;
        }
        int head = bytes.in.getInt(tail);
        Set<Errno> errors = new LinkedHashSet<>();
        for (int i = 0; i < (head & 0xff); i++) {
            int number = bytes.in.getShort(tail + 4 + i * 2) & 0xffff;
            Optional<Errno> error = Errno.of(number);
            if (error.isEmpty()) {
                throw new PlanFormatException("a step's policy names " + number + ", which is no errno");
            }
            errors.add(error.get());
        }
        if (policy == 1) {
            return new OnFailure.Tolerate(errors, "");
        }
        int tries = head >>> 8 & 0xff;
        if (tries == 0) {
            throw new PlanFormatException("a step is tried again, but not once");
        }
        return new OnFailure.Retry(errors, tries, head >>> 16, policy == 3, "");
    }
}
