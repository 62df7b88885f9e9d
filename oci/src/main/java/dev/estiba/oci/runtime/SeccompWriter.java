package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Output;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Writes a seccomp profile. */
final class SeccompWriter {
    private SeccompWriter() {}

    static void seccomp(JsonGenerator out, Seccomp profile) {
        out.writeStartObject();
        Output.word(out, "defaultAction", profile.defaultAction());
        Output.number(out, "defaultErrnoRet", profile.defaultErrnoRet());
        Output.texts(out, "architectures", profile.architectures());
        Output.texts(out, "flags", profile.flags());
        Output.text(out, "listenerPath", profile.listenerPath());
        Output.text(out, "listenerMetadata", profile.listenerMetadata());
        if (!profile.syscalls().isEmpty()) {
            out.writeArrayPropertyStart("syscalls");
            for (SeccompRule rule : profile.syscalls()) {
                rule(out, rule);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void rule(JsonGenerator out, SeccompRule rule) {
        out.writeStartObject();
        Output.allTexts(out, "names", rule.names());
        Output.word(out, "action", rule.action());
        Output.number(out, "errnoRet", rule.errnoRet());
        args(out, rule.args());
        out.writeEndObject();
    }

    private static void args(JsonGenerator out, List<SeccompArg> args) {
        if (args.isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("args");
        for (SeccompArg arg : args) {
            out.writeStartObject();
            out.writeNumberProperty("index", arg.index());
            Output.unsigned(out, "value", arg.value());
            if (arg.valueTwo() != 0) {
                Output.unsigned(out, "valueTwo", arg.valueTwo());
            }
            Output.word(out, "op", arg.op());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
