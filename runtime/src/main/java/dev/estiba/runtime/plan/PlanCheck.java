package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code plan_check} in {@code native/src/plan.c} checks, in its order and its words, so that the two can be compared
 * on any bytes. Lengths and offsets are unsigned 32-bit numbers, held in longs.
 */
final class PlanCheck {
    static final int MAX_REGISTERS = 1024;
    static final int MAX_ACTORS = 8;
    static final int MAX_ERRNOS = 16;

    private static final int KIND_IMMEDIATE64 = 1;
    private static final int KIND_DATA = 2;
    private static final int KIND_REGISTER = 3;

    final ByteBuffer in;
    final int registers;
    final int actors;
    final long stepsAt;
    final long stepsLength;
    final long dataAt;
    final long dataLength;
    final long textAt;
    final long textLength;
    final long pointersAt;
    final long pointers;

    private PlanCheck(ByteBuffer in) {
        this.in = in;
        registers = in.getShort(6) & 0xffff;
        stepsAt = word(16);
        stepsLength = word(20);
        dataAt = word(24);
        dataLength = word(28);
        textAt = word(32);
        textLength = word(36);
        pointersAt = word(40);
        pointers = word(44);
        actors = in.getShort(48) & 0xffff;
    }

    /**
     * @return the checked plan's sections
     * @throws PlanFormatException when the executor would refuse the bytes, in its words
     */
    static PlanCheck check(byte[] bytes, Abi abi) throws PlanFormatException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        refuse(
                bytes.length < PlanEncoder.HEADER || bytes.length > PlanEncoder.MAX_BYTES || bytes.length % 8 != 0,
                "the plan's length is wrong");
        refuse(
                in.getInt(0) != PlanEncoder.MAGIC || in.getShort(4) != PlanEncoder.VERSION,
                "this is no plan of this version");
        refuse(in.getInt(8) != bytes.length, "the plan is cut short");
        refuse(in.getInt(12) != abi.auditArch(), "the plan is for another machine");
        refuse(PlanChecksum.of(in, bytes.length) != in.getLong(PlanChecksum.AT), "the plan is damaged");
        PlanCheck plan = new PlanCheck(in);
        plan.sections(bytes.length);
        for (int actor = 0; actor < plan.actors; actor++) {
            plan.actor(actor);
        }
        plan.pointers();
        return plan;
    }

    private static void refuse(boolean wrong, String sentence) throws PlanFormatException {
        if (wrong) {
            throw new PlanFormatException(sentence);
        }
    }

    private long word(long at) {
        return in.getInt((int) at) & 0xffffffffL;
    }

    private void sections(long length) throws PlanFormatException {
        refuse(registers > MAX_REGISTERS || actors == 0 || actors > MAX_ACTORS, "too many registers or actors");
        long actorsEnd = PlanEncoder.HEADER + (long) actors * PlanEncoder.ACTOR;
        refuse(actorsEnd > length, "the actors are outside the plan");
        refuse(
                outside(stepsAt, stepsLength, length)
                        || stepsAt % 4 != 0
                        || outside(dataAt, dataLength, length)
                        || dataAt % 8 != 0
                        || outside(textAt, textLength, length)
                        || outside(pointersAt, pointers * 4, length)
                        || pointersAt % 4 != 0,
                "a section is outside the plan");
        refuse(
                stepsAt < actorsEnd
                        || pointersAt < stepsAt + stepsLength
                        || dataAt < pointersAt + pointers * 4
                        || textAt < dataAt + dataLength,
                "the sections overlap");
        refuse(textLength == 0 || in.get((int) (textAt + textLength - 1)) != 0, "the text does not end");
    }

    private static boolean outside(long at, long length, long total) {
        return at < PlanEncoder.HEADER || at > total || length > total - at;
    }

    private long actorWord(int actor, int field) {
        return word(PlanEncoder.HEADER + actor * PlanEncoder.ACTOR + field * 4L);
    }

    /** Where an actor's first step is, in bytes of the plan. */
    int actorAt(int actor) {
        return (int) (stepsAt + actorWord(actor, 0));
    }

    int actorWords(int actor) {
        return (int) (actorWord(actor, 1) / 4);
    }

    String actorPrefix(int actor) {
        return text(actorWord(actor, 2));
    }

    int actorStatus(int actor) {
        return (int) actorWord(actor, 3);
    }

    /** The NUL-terminated text at an offset of the text section. */
    String text(long offset) {
        int start = (int) (textAt + offset);
        int end = start;
        while (in.get(end) != 0) {
            end++;
        }
        return new String(in.array(), start, end - start, java.nio.charset.StandardCharsets.UTF_8);
    }

    private void actor(int actor) throws PlanFormatException {
        long at = actorWord(actor, 0);
        long length = actorWord(actor, 1);
        refuse(
                at % 4 != 0 || length % 4 != 0 || at > stepsLength || length > stepsLength - at,
                "an actor's steps are outside the plan");
        refuse(actorWord(actor, 2) >= textLength, "an actor's prefix is outside the plan");
        int first = actorAt(actor);
        int words = actorWords(actor);
        Set<Long> starts = new HashSet<>();
        for (int step = 0; step < words; step += size(first, step)) {
            refuse(words - step < PlanEncoder.STEP_HEAD, "a step is cut short");
            step(first + step * 4, words - step);
            starts.add((long) step);
        }
        starts.add((long) words);
        for (int step = 0; step < words; step += size(first, step)) {
            int w = first + step * 4;
            if ((in.getInt(w) >>> 8 & 0xff) == Op.JUMP.ordinal()) {
                long target = word(w + PlanEncoder.STEP_HEAD * 4L);
                refuse(target <= step || !starts.contains(target), "a jump does not go forward to a step");
            }
        }
    }

    private int size(int first, int step) {
        return in.getInt(first + step * 4) & 0xff;
    }

    private void step(int at, int left) throws PlanFormatException {
        int head = in.getInt(at);
        int words = head & 0xff;
        int op = head >>> 8 & 0xff;
        int policy = head >>> 16 & 0xff;
        int count = head >>> 24 & 0xf;
        refuse(words < PlanEncoder.STEP_HEAD || words > left, "a step's size is outside its actor");
        Optional<Shape> shape = Shape.of(op);
        refuse(shape.isEmpty(), "an operation is unknown");
        refuse(
                count < shape.orElseThrow().least()
                        || count > shape.orElseThrow().most(),
                "a step has the wrong number of arguments");
        int kinds = in.getInt(at + 8) & 0xffff;
        int used = PlanEncoder.STEP_HEAD + argumentWords(count, kinds);
        refuse(used > words, "a step's arguments are longer than it");
        refuse(policy > 3, "a failure policy is unknown");
        long tail = policy == 0 ? 0 : tailWords(at + used * 4, words - used);
        refuse(used + tail != words, "a step's size does not fit its parts");
        refuse(policy != 0 && used == words, "a step's failure policy is missing");
        operands(at, count, kinds, shape.orElseThrow());
        refuse(word(at + 12) >= textLength, "a step's sentence is outside the plan");
        byOperation(at, op, kinds);
    }

    private void byOperation(int at, int op, int kinds) throws PlanFormatException {
        int number = in.getShort(at + 6) & 0xffff;
        boolean jump = op == Op.JUMP.ordinal();
        refuse((jump || op == Op.CHECK.ordinal()) && number >= Compare.values().length, "a comparison is unknown");
        boolean access = op == Op.LOAD.ordinal() || op == Op.STORE.ordinal();
        boolean width = number == 1 || number == 2 || number == 4 || number == 8;
        refuse(
                access && ((kinds & 3) != KIND_DATA || !width || word(at + 16) + number > dataLength),
                "a load or store is outside the data");
        refuse(jump && (kinds & 3) != 0, "a jump's target is not a number");
    }

    static int argumentWords(int count, int kinds) {
        int words = 0;
        for (int i = 0; i < count; i++) {
            words += (kinds >> (2 * i) & 3) == KIND_IMMEDIATE64 ? 2 : 1;
        }
        return words;
    }

    private long tailWords(int at, int left) {
        if (left == 0) {
            return 0;
        }
        int errors = in.getInt(at) & 0xff;
        return errors > MAX_ERRNOS ? Integer.MAX_VALUE : 1 + (errors + 1) / 2;
    }

    private void operands(int at, int count, int kinds, Shape shape) throws PlanFormatException {
        String sentence = "a step names a register or data outside the plan";
        int result = in.getShort(at + 4) & 0xffff;
        refuse(result != Step.NO_RESULT && result + shape.results() > registers, sentence);
        int argument = at + PlanEncoder.STEP_HEAD * 4;
        for (int i = 0; i < count; i++) {
            int kind = kinds >> (2 * i) & 3;
            refuse(kind == KIND_REGISTER && word(argument) >= registers, sentence);
            refuse(kind == KIND_DATA && word(argument) >= dataLength, sentence);
            argument += kind == KIND_IMMEDIATE64 ? 8 : 4;
        }
    }

    /** Each is relocated once: the second time its word would hold an address. */
    private void pointers() throws PlanFormatException {
        Set<Long> seen = new HashSet<>();
        for (long i = 0; i < pointers; i++) {
            long offset = word(pointersAt + i * 4);
            refuse(offset % 8 != 0 || dataLength < 8 || offset > dataLength - 8, "a pointer is outside the data");
            boolean outside = Long.compareUnsigned(in.getLong((int) (dataAt + offset)), dataLength) >= 0;
            refuse(outside || !seen.add(offset), "a pointer points outside the data");
        }
    }

    /** How many arguments an operation takes, and how many registers its result fills. */
    record Shape(int least, int most, int results) {
        private static final Op[] ALL = Op.values();

        static Optional<Shape> of(int op) {
            return op < ALL.length ? Optional.of(of(ALL[op])) : Optional.empty();
        }

        static Shape of(Op op) {
            return switch (op) {
                case CALL -> new Shape(0, 6, 1);
                case SET -> new Shape(1, 2, 1);
                case LOAD, RECV_FD, AWAIT, START_TIME -> new Shape(1, 1, 1);
                case STORE, COPY_TREE -> new Shape(2, 2, 0);
                case CHECK, SEND_FD -> new Shape(4, 4, 0);
                case JUMP, WRITE_ALL -> new Shape(3, 3, 0);
                case READ_ALL -> new Shape(2, 2, 2);
                case FORMAT, PIDS, RELAY -> new Shape(3, 3, 1);
                case MKDIRS -> new Shape(4, 4, 1);
                case SPAWN -> new Shape(6, 6, 1);
                case POST, EXIT, FAIL -> new Shape(1, 1, 0);
                case ACTOR -> new Shape(3, 3, 2);
                case WAIT -> new Shape(2, 2, 1);
                case ASK -> new Shape(3, 8, 0);
                case GO_ON -> new Shape(0, 0, 0);
            };
        }
    }
}
