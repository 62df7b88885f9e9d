package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Capability;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A step's arguments as strace(1) would write them, out of the plan's data. What the data hold is text of strangers. */
final class Notation {
    private static final int MAX_TEXT = 120;
    private static final int MAX_WORDS = 64;

    /** What each parameter of a call is; calls that are not here are written with numbers and offsets. */
    private static final Map<String, List<Kind>> PARAMETERS = parameters();

    private enum Kind {
        NUMBER,
        HEX,
        OCTAL,
        DIRECTORY,
        PATH,
        BUFFER,
        ARGV,
        ENVIRONMENT,
        HOW,
        ATTRIBUTES,
        CAPABILITIES,
        CAPABILITY,
        PAIR,
        NODE,
        DEVICE,
        OPEN,
        AT,
        AT_ACCESS,
        AT_UNLINK,
        ACCESS,
        MOUNT,
        UMOUNT,
        OPEN_TREE,
        MOVE_MOUNT,
        MOUNT_ATTRIBUTE,
        CLONE,
        STATX,
        FSOPEN,
        FSMOUNT,
        FSCONFIG,
        CLOSE_RANGE,
        PRCTL,
        AMBIENT,
        SECCOMP,
        SECCOMP_FLAG,
        FCNTL,
        KEYCTL,
        FAMILY,
        SOCKET_TYPE
    }

    private final byte[] data;
    private final Set<Integer> pointers = new HashSet<>();
    /** What steps write as text while the plan is walked: a number, or a descriptor's path. */
    private final Map<Integer, String> formatted = new HashMap<>();

    private final Abi abi;
    private final boolean showEnvironment;

    Notation(Plan plan, Abi abi, boolean showEnvironment) {
        this.data = plan.data();
        for (int pointer : plan.pointers()) {
            pointers.add(pointer);
        }
        this.abi = abi;
        this.showEnvironment = showEnvironment;
        for (Actor actor : Actor.values()) {
            plan.part(actor).steps().forEach(this::noteFormatted);
        }
    }

    private void noteFormatted(Step step) {
        if (step.op() == Op.FORMAT && step.args().getFirst() instanceof Arg.Data(int offset)) {
            String value = "{" + plain(step.args().get(2)) + "}";
            formatted.put(offset, step.number() == 2 ? "/proc/self/fd/" + value : value);
        }
    }

    private static Map<String, List<Kind>> parameters() {
        Map<String, List<Kind>> calls = new HashMap<>();
        for (String line : """
                openat DIRECTORY PATH OPEN OCTAL
                openat2 DIRECTORY PATH HOW NUMBER
                mkdirat DIRECTORY PATH OCTAL
                mknodat DIRECTORY PATH NODE DEVICE
                symlinkat PATH DIRECTORY PATH
                renameat DIRECTORY PATH DIRECTORY PATH
                unlinkat DIRECTORY PATH AT_UNLINK
                fchownat DIRECTORY PATH NUMBER NUMBER AT
                fchmodat DIRECTORY PATH OCTAL
                faccessat2 DIRECTORY PATH ACCESS AT_ACCESS
                statx DIRECTORY PATH AT STATX BUFFER
                readlinkat DIRECTORY PATH BUFFER NUMBER
                mount PATH PATH PATH MOUNT PATH
                umount2 PATH UMOUNT
                open_tree DIRECTORY PATH OPEN_TREE
                move_mount DIRECTORY PATH DIRECTORY PATH MOVE_MOUNT
                mount_setattr DIRECTORY PATH AT ATTRIBUTES NUMBER
                fsopen PATH FSOPEN
                fsconfig DIRECTORY FSCONFIG PATH PATH NUMBER
                fsmount DIRECTORY FSMOUNT MOUNT_ATTRIBUTE
                pivot_root PATH PATH
                chroot PATH
                chdir PATH
                execve PATH ARGV ENVIRONMENT
                prctl PRCTL NUMBER NUMBER NUMBER NUMBER
                setns DIRECTORY CLONE
                unshare CLONE
                umask OCTAL
                fcntl DIRECTORY FCNTL NUMBER
                dup3 DIRECTORY NUMBER OPEN
                close_range NUMBER HEX CLOSE_RANGE
                write DIRECTORY PATH NUMBER
                sethostname PATH NUMBER
                setdomainname PATH NUMBER
                capset BUFFER CAPABILITIES
                prlimit64 NUMBER NUMBER PAIR BUFFER
                seccomp SECCOMP SECCOMP_FLAG BUFFER
                ioctl DIRECTORY HEX BUFFER
                keyctl KEYCTL PATH
                socket FAMILY SOCKET_TYPE NUMBER
                personality HEX
                """.lines().toList()) {
            String[] words = line.split(" ");
            List<Kind> kinds = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                kinds.add(Kind.valueOf(words[i]));
            }
            calls.put(words[0], List.copyOf(kinds));
        }
        return Map.copyOf(calls);
    }

    /** The arguments of a system call. */
    List<String> arguments(String call, List<Arg> args) {
        List<Kind> kinds = PARAMETERS.getOrDefault(call, List.of());
        List<String> texts = new ArrayList<>(args.size());
        for (int i = 0; i < args.size(); i++) {
            Kind kind = i < kinds.size() ? kinds.get(i) : Kind.NUMBER;
            texts.add(argument(call.equals("prctl") && i > 0 ? ofPrctl(args, i) : kind, args.get(i)));
        }
        while (call.equals("prctl") && texts.size() > 1 && texts.getLast().equals("0")) {
            texts.removeLast();
        }
        return texts;
    }

    private static Kind ofPrctl(List<Arg> args, int index) {
        boolean ambient = args.getFirst().equals(Arg.of(47));
        boolean drop = args.getFirst().equals(Arg.of(24));
        if (ambient && index == 1) {
            return Kind.AMBIENT;
        }
        boolean raise = ambient && index == 2 && args.get(1).equals(Arg.of(2));
        return raise || drop && index == 1 ? Kind.CAPABILITY : Kind.NUMBER;
    }

    private String argument(Kind kind, Arg arg) {
        return switch (arg) {
            case Arg.Register register -> register(register.index());
            case Arg.Data(int offset) -> inData(kind, offset);
            case Arg.Immediate(long value) -> immediate(kind, value);
        };
    }

    String plain(Arg arg) {
        return argument(Kind.NUMBER, arg);
    }

    String text(Arg arg) {
        return argument(Kind.PATH, arg);
    }

    String words(Arg arg) {
        return argument(Kind.ARGV, arg);
    }

    String environment(Arg arg) {
        return argument(Kind.ENVIRONMENT, arg);
    }

    String cloneFlags(Arg arg) {
        return argument(Kind.CLONE, arg);
    }

    String octal(Arg arg) {
        return argument(Kind.OCTAL, arg);
    }

    /** Those that the executor fills have names. */
    static String register(int index) {
        return switch (index) {
            case 0 -> "bundle";
            case 1 -> "root";
            case 2 -> "state";
            case 3 -> "log";
            case 4 -> "planner";
            default -> "r" + index;
        };
    }

    private String immediate(Kind kind, long value) {
        return switch (kind) {
            case NUMBER -> Long.toString(value);
            case HEX -> "0x" + Long.toHexString(value);
            case OCTAL -> FlagNames.octal(value);
            case DIRECTORY -> value == -100 ? "AT_FDCWD" : Long.toString(value);
            case PATH, BUFFER, ARGV, ENVIRONMENT, HOW, ATTRIBUTES, CAPABILITIES, PAIR ->
                value == 0 ? "NULL" : Long.toString(value);
            case CAPABILITY -> capability(value);
            case NODE -> FlagNames.node(value);
            case DEVICE -> (value >>> 8 & 0xfff) + ":" + (value & 0xff | value >>> 12 & 0xfff00);
            case OPEN -> FlagNames.OPEN.bits(value, abi);
            case AT -> FlagNames.AT.bits(value, abi);
            case AT_ACCESS -> FlagNames.AT_ACCESS.bits(value, abi);
            case AT_UNLINK -> FlagNames.AT_UNLINK.bits(value, abi);
            case ACCESS -> FlagNames.ACCESS.bits(value, abi);
            case MOUNT -> FlagNames.MOUNT.bits(value, abi);
            case UMOUNT -> FlagNames.UMOUNT.bits(value, abi);
            case OPEN_TREE -> FlagNames.OPEN_TREE.bits(value, abi);
            case MOVE_MOUNT -> FlagNames.MOVE_MOUNT.bits(value, abi);
            case MOUNT_ATTRIBUTE -> FlagNames.MOUNT_ATTRIBUTE.bits(value, abi);
            case CLONE -> FlagNames.CLONE.bits(value, abi);
            case STATX -> FlagNames.STATX.bits(value, abi);
            case FSOPEN -> FlagNames.FSOPEN.bits(value, abi);
            case FSMOUNT -> FlagNames.FSMOUNT.bits(value, abi);
            case CLOSE_RANGE -> FlagNames.CLOSE_RANGE.bits(value, abi);
            case SECCOMP_FLAG -> FlagNames.SECCOMP_FLAG.bits(value, abi);
            case SOCKET_TYPE -> FlagNames.SOCKET_TYPE.bits(value, abi);
            case FSCONFIG -> FlagNames.FSCONFIG.number(value);
            case PRCTL -> FlagNames.PRCTL.number(value);
            case AMBIENT -> FlagNames.AMBIENT.number(value);
            case SECCOMP -> FlagNames.SECCOMP.number(value);
            case FCNTL -> FlagNames.FCNTL.number(value);
            case KEYCTL -> FlagNames.KEYCTL.number(value);
            case FAMILY -> FlagNames.FAMILY.number(value);
        };
    }

    private static String capability(long number) {
        for (Capability capability : Capability.values()) {
            if (capability.number() == number) {
                return capability.fullName();
            }
        }
        return Long.toString(number);
    }

    private String inData(Kind kind, int offset) {
        if (kind == Kind.PATH) {
            return quoted(formatted.containsKey(offset) ? formatted.get(offset) : string(offset));
        }
        if (kind == Kind.ARGV || kind == Kind.ENVIRONMENT) {
            return list(offset, kind == Kind.ENVIRONMENT && !showEnvironment);
        }
        if (kind == Kind.HOW && has(offset, 24)) {
            return "{" + FlagNames.OPEN.bits(word(offset), abi) + ", " + FlagNames.octal(word(offset + 8)) + ", "
                    + FlagNames.RESOLVE.bits(word(offset + 16), abi) + "}";
        }
        if (kind == Kind.ATTRIBUTES && has(offset, 32)) {
            return attributes(offset);
        }
        if (kind == Kind.PAIR && has(offset, 16)) {
            return "{" + Long.toUnsignedString(word(offset)) + ", " + Long.toUnsignedString(word(offset + 8)) + "}";
        }
        if (kind == Kind.CAPABILITIES && has(offset, 24)) {
            return "{effective 0x" + set(offset) + ", permitted 0x" + set(offset + 4) + ", inheritable 0x"
                    + set(offset + 8) + "}";
        }
        return "data+" + offset;
    }

    private String attributes(int offset) {
        StringBuilder text = new StringBuilder("{set ");
        text.append(FlagNames.MOUNT_ATTRIBUTE.bits(word(offset), abi));
        text.append(", clear ").append(FlagNames.MOUNT_ATTRIBUTE.bits(word(offset + 8), abi));
        if (word(offset + 16) != 0) {
            text.append(", propagation ").append(FlagNames.MOUNT.bits(word(offset + 16), abi));
        }
        return text.append('}').toString();
    }

    /** A set of struct __user_cap_data_struct: its low half here, its high half twelve bytes on (capset(2)). */
    private String set(int offset) {
        long low = word32(offset);
        long high = word32(offset + 12);
        return Long.toHexString(low | high << 32);
    }

    private boolean has(int offset, int size) {
        return offset >= 0 && offset <= data.length - size;
    }

    private long word(int offset) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
    }

    private long word32(int offset) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(offset) & 0xffffffffL;
    }

    private String string(int offset) {
        int end = offset;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return new String(data, offset, end - offset, StandardCharsets.UTF_8);
    }

    private String list(int offset, boolean masked) {
        List<String> words = new ArrayList<>();
        int at = offset;
        while (has(at, 8) && pointers.contains(at)) {
            if (words.size() == MAX_WORDS) {
                words.add("…");
                break;
            }
            String word = string((int) word(at));
            int equals = word.indexOf('=');
            words.add(quoted(masked ? word.substring(0, Math.max(equals, 0)) + "=…" : word));
            at += 8;
        }
        return "[" + String.join(", ", words) + "]";
    }

    private static String quoted(String text) {
        int end = text.length() <= MAX_TEXT
                ? text.length()
                : text.offsetByCodePoints(0, text.codePointCount(0, MAX_TEXT));
        String cut = visible(text.substring(0, end).replace("\\", "\\\\").replace("\"", "\\\""));
        return '"' + cut + (end < text.length() ? "…" : "") + '"';
    }

    /** Control characters and what turns the direction of writing would work on the terminal: they are spelled. */
    static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean acts = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR
                    || type == Character.SURROGATE;
            if (acts) {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
