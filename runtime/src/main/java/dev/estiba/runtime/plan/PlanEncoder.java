package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A plan as the bytes of {@code native/README.md}, for one machine. */
public final class PlanEncoder {
    static final int MAGIC = 0x4e4c5045;
    static final int VERSION = 1;
    static final int HEADER = 64;
    static final int ACTOR = 16;
    static final int STEP_HEAD = 4;
    /** The executor refuses longer plans. */
    public static final int MAX_BYTES = 4 << 20;

    private static final int WHOLE_SENTENCE = 1;

    private final Plan plan;
    private final Abi abi;
    private final Map<String, Integer> sentences;
    private byte[] text;
    private int textUsed;
    private int[] words;
    private int used;

    private PlanEncoder(Plan plan, Abi abi) {
        this.plan = plan;
        this.abi = abi;
        int steps = 0;
        for (Plan.Part part : plan.parts().values()) {
            steps += part.steps().size();
        }
        // What a plan's steps take on the average, and some: an array that need not grow is garbage only once.
        this.sentences = HashMap.newHashMap(steps);
        this.words = new int[64 + 11 * steps];
        this.text = new byte[256 + 48 * steps];
    }

    /** @throws IllegalArgumentException when a step names a system call that the machine does not have */
    public static byte[] encode(Plan plan, Abi abi) {
        return new PlanEncoder(plan, abi).encode(0).array();
    }

    /**
     * As {@link #encode(Plan, Abi)}, with room before the plan.
     *
     * @param reserve how many bytes are left free for a header: a multiple of 8
     */
    public static ByteBuffer encodeBehind(int reserve, Plan plan, Abi abi) {
        return new PlanEncoder(plan, abi).encode(reserve);
    }

    private ByteBuffer encode(int reserve) {
        Actor[] actors = Actor.values();
        int[] at = new int[actors.length + 1];
        int[] prefix = new int[actors.length];
        sentence("");
        for (int i = 0; i < actors.length; i++) {
            Plan.Part part = plan.part(actors[i]);
            at[i] = used;
            prefix[i] = sentence(part.failurePrefix());
            steps(part.steps());
        }
        at[actors.length] = used;
        return assemble(reserve, actors, at, prefix);
    }

    private ByteBuffer assemble(int reserve, Actor[] actors, int[] at, int[] prefix) {
        int stepsAt = HEADER + actors.length * ACTOR;
        int relocsAt = stepsAt + used * Integer.BYTES;
        int dataAt = align(relocsAt + plan.pointers().length * Integer.BYTES);
        int textAt = dataAt + plan.data().length;
        int length = align(textAt + textUsed);
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException("a plan of " + length + " bytes");
        }
        ByteBuffer whole = ByteBuffer.allocate(reserve + length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = whole.slice(reserve, length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) VERSION).putShort((short) plan.registers());
        out.putInt(length).putInt(abi.auditArch()).putInt(stepsAt).putInt(used * Integer.BYTES);
        out.putInt(dataAt).putInt(plan.data().length).putInt(textAt).putInt(textUsed);
        out.putInt(relocsAt)
                .putInt(plan.pointers().length)
                .putShort((short) actors.length)
                .putShort((short) 0);
        out.putInt(0).putLong(0);
        for (int i = 0; i < actors.length; i++) {
            out.putInt(at[i] * Integer.BYTES).putInt((at[i + 1] - at[i]) * Integer.BYTES);
            out.putInt(prefix[i]).putInt(plan.part(actors[i]).exitStatus());
        }
        out.asIntBuffer().put(words, 0, used);
        out.position(relocsAt).asIntBuffer().put(plan.pointers());
        out.put(dataAt, plan.data()).put(textAt, text, 0, textUsed);
        out.putLong(PlanChecksum.AT, PlanChecksum.of(out, length));
        return whole;
    }

    private static int align(int value) {
        return (value + 7) & ~7;
    }

    /** Where each actor's steps begin, in words, in the order of the steps: what records of a trace name. */
    static Map<Actor, int[]> places(Plan plan, Abi abi) {
        PlanEncoder encoder = new PlanEncoder(plan, abi);
        Map<Actor, int[]> places = new EnumMap<>(Actor.class);
        for (Actor actor : Actor.values()) {
            places.put(actor, encoder.steps(plan.part(actor).steps()));
        }
        return places;
    }

    private int[] steps(List<Step> steps) {
        int[] starts = new int[steps.size() + 1];
        int first = used;
        for (int i = 0; i < steps.size(); i++) {
            starts[i] = used - first;
            step(steps.get(i));
        }
        starts[steps.size()] = used - first;
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).target().isPresent()) {
                Label target = steps.get(i).target().get();
                if (target.step <= i) {
                    throw new IllegalStateException(
                            "a jump without a place to go: " + steps.get(i).sentence());
                }
                words[first + starts[i] + STEP_HEAD] = starts[target.step];
            }
        }
        return starts;
    }

    private void step(Step step) {
        int start = used;
        List<Arg> args = step.args();
        room(STEP_HEAD + 2 * args.size() + 1 + 8);
        used += STEP_HEAD;
        int kinds = 0;
        for (int i = 0; i < args.size(); i++) {
            kinds |= arg(args.get(i)) << (2 * i);
        }
        int policy = policy(step.onFailure());
        int flags = step.whole() ? WHOLE_SENTENCE : 0;
        words[start] = (used - start) | step.op().ordinal() << 8 | policy << 16 | args.size() << 24 | flags << 28;
        words[start + 1] = step.result() | number(step) << 16;
        words[start + 2] = kinds;
        words[start + 3] = sentence(step.sentence());
    }

    private int number(Step step) {
        if (step.call().isEmpty()) {
            return step.number();
        }
        return step.call()
                .get()
                .number(abi)
                .orElseThrow(() -> new IllegalArgumentException(
                        abi + " has no " + step.call().get()));
    }

    // No switch over types in the next two: the JDK makes a class for each of those when it comes to it, which takes a
    // resident 20 ms of its first answer and 6 MB for ever.

    private int arg(Arg arg) {
        if (arg instanceof Arg.Immediate(long value)) {
            words[used++] = (int) value;
            if (value == (int) value) {
                return 0;
            }
            words[used++] = (int) (value >>> 32);
            return 1;
        }
        if (arg instanceof Arg.Data(int offset)) {
            words[used++] = offset;
            return 2;
        }
        words[used++] = ((Arg.Register) arg).index();
        return 3;
    }

    private int policy(OnFailure onFailure) {
        if (onFailure instanceof OnFailure.Tolerate(Set<Errno> errors, String _)) {
            return tail(errors, 0, 0, 1);
        }
        if (onFailure
                instanceof OnFailure.Retry(Set<Errno> errors, int tries, int delay, boolean tolerated, String _)) {
            return tail(errors, tries, delay, tolerated ? 3 : 2);
        }
        return 0;
    }

    private int tail(Set<Errno> errors, int tries, int delayMillis, int policy) {
        if (errors.size() > 16) {
            throw new IllegalArgumentException("more than 16 errors in one policy");
        }
        words[used++] = errors.size() | tries << 8 | delayMillis << 16;
        int half = 0;
        for (Errno error : errors) {
            if (half == 0) {
                words[used++] = error.number();
            } else {
                words[used - 1] |= error.number() << 16;
            }
            half ^= 1;
        }
        return policy;
    }

    private int sentence(String sentence) {
        Integer known = sentences.get(sentence);
        if (known != null) {
            return known;
        }
        byte[] bytes = sentence.getBytes(StandardCharsets.UTF_8);
        if (textUsed + bytes.length + 1 > text.length) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, textUsed + bytes.length + 1));
        }
        int at = textUsed;
        System.arraycopy(bytes, 0, text, at, bytes.length);
        textUsed += bytes.length + 1;
        sentences.put(sentence, at);
        return at;
    }

    private void room(int more) {
        if (used + more > words.length) {
            words = Arrays.copyOf(words, Math.max(words.length * 2, used + more));
        }
    }
}
