package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Excerpt;
import dev.estiba.oci.runtime.SeccompProfile.Circumstance;
import dev.estiba.oci.runtime.SeccompProfile.KernelVersion;
import dev.estiba.oci.runtime.SeccompProfile.Machine;
import dev.estiba.oci.runtime.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a seccomp profile of a file of its own. */
final class ProfileReader {
    private static final List<String> PROFILE = List.of(
            "defaultAction",
            "defaultErrnoRet",
            "architectures",
            "archMap",
            "flags",
            "listenerPath",
            "listenerMetadata",
            "syscalls");
    private static final List<String> MACHINE = List.of("architecture", "subArchitectures");
    private static final List<String> RULE =
            List.of("name", "names", "action", "errnoRet", "args", "comment", "includes", "excludes");
    private static final List<String> CIRCUMSTANCE = List.of("caps", "arches", "minKernel");

    private ProfileReader() {}

    static SeccompProfile profile(Cursor in) throws DocumentException {
        Optional<Seccomp.Action> defaultAction = Optional.empty();
        OptionalInt defaultErrnoRet = OptionalInt.empty();
        List<String> architectures = List.of();
        List<Machine> archMap = List.of();
        List<String> flags = List.of();
        String listenerPath = "";
        String listenerMetadata = "";
        List<Rule> syscalls = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "defaultAction" -> defaultAction = action(in);
                case "defaultErrnoRet" -> defaultErrnoRet = OptionalInt.of(in.between(0, Seccomp.MAX_DATA));
                case "architectures" -> architectures = in.texts();
                case "archMap" -> archMap = archMap(in);
                case "flags" -> flags = in.texts();
                case "listenerPath" -> listenerPath = in.text();
                case "listenerMetadata" -> listenerMetadata = in.string();
                case "syscalls" -> syscalls = rules(in);
                default -> in.unknown(PROFILE);
            }
        }
        if (defaultAction.isEmpty() && !syscalls.isEmpty()) {
            throw in.missing("defaultAction");
        }
        return new SeccompProfile(
                defaultAction,
                defaultErrnoRet,
                architectures,
                archMap,
                flags,
                Optional.of(listenerPath),
                Optional.of(listenerMetadata),
                syscalls);
    }

    /** Go cannot tell an empty word from an absent one. */
    private static Optional<Seccomp.Action> action(Cursor in) throws DocumentException {
        return in.text().isEmpty() ? Optional.empty() : Optional.of(in.word(Seccomp.Action.values()));
    }

    private static List<Machine> archMap(Cursor in) throws DocumentException {
        List<Machine> machines = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            String architecture = "";
            List<String> subArchitectures = List.of();
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "architecture" -> architecture = in.text();
                    case "subArchitectures" -> subArchitectures = in.texts();
                    default -> in.unknown(MACHINE);
                }
            }
            machines.add(new Machine(architecture, subArchitectures));
        }
        return machines;
    }

    private static List<Rule> rules(Cursor in) throws DocumentException {
        List<Rule> rules = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            rules.add(rule(in));
        }
        return rules;
    }

    private static Rule rule(Cursor in) throws DocumentException {
        String single = "";
        List<String> names = List.of();
        Seccomp.Action action = null;
        OptionalInt errnoRet = OptionalInt.empty();
        List<SeccompArg> args = List.of();
        Circumstance includes = Circumstance.NONE;
        Circumstance excludes = Circumstance.NONE;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "name" -> single = in.text();
                case "names" -> names = in.texts();
                case "action" -> action = in.word(Seccomp.Action.values());
                case "errnoRet" -> errnoRet = OptionalInt.of(in.between(0, Seccomp.MAX_DATA));
                case "args" -> args = SeccompReader.args(in);
                case "comment" -> in.string();
                case "includes" -> includes = circumstance(in);
                case "excludes" -> excludes = circumstance(in);
                default -> in.unknown(RULE);
            }
        }
        SeccompRule rule = new SeccompRule(names, in.required(action, "action"), errnoRet, args);
        return new Rule(Optional.of(single), rule, includes, excludes);
    }

    private static Circumstance circumstance(Cursor in) throws DocumentException {
        List<String> capabilities = List.of();
        List<String> machines = List.of();
        Optional<KernelVersion> minKernel = Optional.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "caps" -> capabilities = in.texts();
                case "arches" -> machines = in.texts();
                case "minKernel" -> minKernel = Optional.of(kernel(in));
                default -> in.unknown(CIRCUMSTANCE);
            }
        }
        return new Circumstance(capabilities, machines, minKernel);
    }

    /** KernelVersion.UnmarshalJSON of moby: an empty text is older than any kernel, and 0.0 written out is refused. */
    private static KernelVersion kernel(Cursor in) throws DocumentException {
        String text = in.text();
        if (text.isEmpty()) {
            return new KernelVersion(0, 0);
        }
        int dot = text.indexOf('.');
        int version = number(text, 0, dot);
        int major = number(text, dot + 1, text.length());
        if (dot < 0 || version < 0 || major < 0 || version + major == 0) {
            throw in.failure("invalid kernel version: " + Excerpt.quoted(text)
                    + ", expected \"<kernel>.<major>\", each 0 to 255 and not both 0");
        }
        return new KernelVersion(version, major);
    }

    /** The decimal number there, -1 when there is none up to 255. */
    private static int number(String text, int from, int to) {
        int number = from < to ? 0 : -1;
        for (int i = from; i < to; i++) {
            char unit = text.charAt(i);
            if (unit < '0' || unit > '9') {
                return -1;
            }
            number = 10 * number + unit - '0';
            if (number > KernelVersion.MOST) {
                return -1;
            }
        }
        return number;
    }
}
