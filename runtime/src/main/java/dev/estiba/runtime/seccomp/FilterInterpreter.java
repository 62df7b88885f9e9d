package dev.estiba.runtime.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a filter as the kernel would, to say what it does with a call without making it.
 *
 * <p>Takes what the kernel takes of classic BPF for seccomp, with the arguments of struct seccomp_data, as far as a
 * filter of ours can use it; a program with anything else is refused as a whole. Immutable, for any number of threads.
 */
public final class FilterInterpreter {
    private static final int ARGUMENTS = ArgCheck.MAX_INDEX + 1;

    private final int[] codes;
    private final int[] whenTrue;
    private final int[] whenFalse;
    private final int[] operands;

    /**
     * Checks the program.
     *
     * @throws IllegalArgumentException when the kernel would not take it; the message names the instruction
     */
    public FilterInterpreter(FilterProgram program) {
        int length = program.length();
        codes = new int[length];
        whenTrue = new int[length];
        whenFalse = new int[length];
        operands = new int[length];
        ByteBuffer bytes = ByteBuffer.wrap(program.instructions()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            codes[i] = Short.toUnsignedInt(bytes.getShort());
            whenTrue[i] = Byte.toUnsignedInt(bytes.get());
            whenFalse[i] = Byte.toUnsignedInt(bytes.get());
            operands[i] = bytes.getInt();
        }
        for (int i = 0; i < length; i++) {
            check(i);
        }
    }

    /** The checks of bpf_check_classic and seccomp_check_filter: kernel/seccomp.c, net/core/filter.c. */
    private void check(int at) {
        int left = codes.length - at - 1;
        boolean isGood = switch (codes[at]) {
            case Bpf.LOAD_WORD ->
                left > 0 && operands[at] >= 0 && operands[at] < Bpf.DATA_BYTES && operands[at] % Integer.BYTES == 0;
            case Bpf.AND -> left > 0;
            case Bpf.JUMP -> operands[at] >= 0 && operands[at] < left;
            case Bpf.JUMP_IF_EQUAL, Bpf.JUMP_IF_GREATER, Bpf.JUMP_IF_GREATER_OR_EQUAL, Bpf.JUMP_IF_ANY_BIT ->
                whenTrue[at] < left && whenFalse[at] < left;
            case Bpf.RETURN -> true;
            default -> false;
        };
        if (!isGood) {
            throw new IllegalArgumentException(
                    "instruction " + at + " of " + codes.length + " is none that a filter can have: " + listing(at));
        }
    }

    /**
     * What the filter returns.
     *
     * @param auditArch the calling convention: {@link dev.estiba.linux.number.AuditArch}
     * @param number the call's number, with x32's bit for an x32 call
     * @param arguments up to six, the rest being 0; on a 32-bit convention the kernel has zeros in their upper halves
     */
    public Verdict run(int auditArch, int number, long... arguments) {
        if (arguments.length > ARGUMENTS) {
            throw new IllegalArgumentException(
                    "a system call has " + ARGUMENTS + " arguments, not " + arguments.length);
        }
        int accumulator = 0;
        int at = 0;
        while (true) {
            int operand = operands[at];
            int next = at + 1;
            switch (codes[at]) {
                case Bpf.LOAD_WORD -> accumulator = word(operand, auditArch, number, arguments);
                case Bpf.AND -> accumulator &= operand;
                case Bpf.JUMP -> next += operand;
                case Bpf.JUMP_IF_EQUAL -> next += accumulator == operand ? whenTrue[at] : whenFalse[at];
                case Bpf.JUMP_IF_GREATER ->
                    next += Integer.compareUnsigned(accumulator, operand) > 0 ? whenTrue[at] : whenFalse[at];
                case Bpf.JUMP_IF_GREATER_OR_EQUAL ->
                    next += Integer.compareUnsigned(accumulator, operand) >= 0 ? whenTrue[at] : whenFalse[at];
                case Bpf.JUMP_IF_ANY_BIT -> next += (accumulator & operand) != 0 ? whenTrue[at] : whenFalse[at];
                case Bpf.RETURN -> {
                    return new Verdict(operand);
                }
                default -> throw new IllegalStateException("instruction " + at + " was not checked");
            }
            at = next;
        }
    }

    /** A word of struct seccomp_data; the instruction pointer (8 to 15) is 0 here. */
    private static int word(int offset, int auditArch, int number, long[] arguments) {
        if (offset == Bpf.NUMBER) {
            return number;
        }
        if (offset == Bpf.ARCH) {
            return auditArch;
        }
        int argument = (offset - Bpf.lowWord(0)) / Long.BYTES;
        if (offset < Bpf.lowWord(0) || argument >= arguments.length) {
            return 0;
        }
        long value = arguments[argument];
        return (int) (offset == Bpf.lowWord(argument) ? value : value >>> Integer.SIZE);
    }

    /** The program for a person, an instruction a line, jumps with the line they go to. */
    public List<String> listing() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < codes.length; i++) {
            lines.add(i + ": " + listing(i));
        }
        return lines;
    }

    private String listing(int at) {
        int operand = operands[at];
        return switch (codes[at]) {
            case Bpf.LOAD_WORD -> "load " + wordName(operand);
            case Bpf.AND -> "and " + hex(operand);
            case Bpf.JUMP -> "go to " + (at + 1 + Integer.toUnsignedLong(operand));
            case Bpf.JUMP_IF_EQUAL -> conditional("==", at);
            case Bpf.JUMP_IF_GREATER -> conditional(">", at);
            case Bpf.JUMP_IF_GREATER_OR_EQUAL -> conditional(">=", at);
            case Bpf.JUMP_IF_ANY_BIT -> conditional("&", at);
            case Bpf.RETURN -> "return " + new Verdict(operand);
            default ->
                "code " + hex(codes[at]) + ", jt " + whenTrue[at] + ", jf " + whenFalse[at] + ", k " + hex(operand);
        };
    }

    private String conditional(String operator, int at) {
        return "if " + operator + " " + hex(operands[at]) + " go to " + (at + 1 + whenTrue[at]) + " else "
                + (at + 1 + whenFalse[at]);
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    private static String wordName(int offset) {
        if (offset == Bpf.NUMBER) {
            return "number";
        }
        if (offset == Bpf.ARCH) {
            return "architecture";
        }
        if (offset < Bpf.lowWord(0)) {
            return "word " + Integer.toUnsignedLong(offset);
        }
        int argument = (offset - Bpf.lowWord(0)) / Long.BYTES;
        return "argument " + argument + (offset == Bpf.lowWord(argument) ? "" : " upper half");
    }
}
