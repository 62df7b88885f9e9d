package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a seccomp profile. */
final class SeccompReader {
    static final List<String> SECCOMP = List.of(
            "defaultAction",
            "defaultErrnoRet",
            "architectures",
            "flags",
            "listenerPath",
            "listenerMetadata",
            "syscalls");
    static final List<String> RULE = List.of("names", "action", "errnoRet", "args");
    static final List<String> ARG = List.of("index", "value", "valueTwo", "op");

    private SeccompReader() {}

    static Seccomp seccomp(Cursor in) throws DocumentException {
        Seccomp.Action defaultAction = null;
        OptionalInt defaultErrnoRet = OptionalInt.empty();
        List<String> architectures = List.of();
        List<String> flags = List.of();
        String listenerPath = "";
        String listenerMetadata = "";
        List<SeccompRule> syscalls = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "defaultAction" -> defaultAction = in.word(Seccomp.Action.values());
                case "defaultErrnoRet" -> defaultErrnoRet = OptionalInt.of(in.between(0, Seccomp.MAX_DATA));
                case "architectures" -> architectures = in.texts();
                case "flags" -> flags = in.texts();
                case "listenerPath" -> listenerPath = in.text();
                case "listenerMetadata" -> listenerMetadata = in.string();
                case "syscalls" -> syscalls = rules(in);
                default -> in.unknown(SECCOMP);
            }
        }
        return new Seccomp(
                in.required(defaultAction, "defaultAction"),
                defaultErrnoRet,
                architectures,
                flags,
                Optional.of(listenerPath),
                Optional.of(listenerMetadata),
                syscalls);
    }

    private static List<SeccompRule> rules(Cursor in) throws DocumentException {
        List<SeccompRule> rules = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            rules.add(rule(in));
        }
        return rules;
    }

    private static SeccompRule rule(Cursor in) throws DocumentException {
        List<String> names = null;
        Seccomp.Action action = null;
        OptionalInt errnoRet = OptionalInt.empty();
        List<SeccompArg> args = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "names" -> names = in.texts();
                case "action" -> action = in.word(Seccomp.Action.values());
                case "errnoRet" -> errnoRet = OptionalInt.of(in.between(0, Seccomp.MAX_DATA));
                case "args" -> args = args(in);
                default -> in.unknown(RULE);
            }
        }
        return new SeccompRule(in.required(names, "names"), in.required(action, "action"), errnoRet, args);
    }

    static List<SeccompArg> args(Cursor in) throws DocumentException {
        List<SeccompArg> args = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            args.add(arg(in));
        }
        return args;
    }

    private static SeccompArg arg(Cursor in) throws DocumentException {
        Integer index = null;
        Long value = null;
        long valueTwo = 0;
        SeccompArg.Operator op = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "index" -> index = in.between(0, SeccompArg.MAX_INDEX);
                case "value" -> value = in.uint64();
                case "valueTwo" -> valueTwo = in.uint64();
                case "op" -> op = in.word(SeccompArg.Operator.values());
                default -> in.unknown(ARG);
            }
        }
        return new SeccompArg(
                in.required(index, "index"), in.required(value, "value"), valueTwo, in.required(op, "op"));
    }
}
