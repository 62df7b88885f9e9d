package dev.estiba.runtime.command;

import dev.estiba.oci.runtime.Config;
import dev.estiba.runtime.compile.Json;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.record.ContainerRecord;
import java.util.Iterator;
import java.util.Map;

/** {@code state}: runc's document, of which the kernel fills in the pid and the status. */
final class StateCommand {
    private static final int DIGITS = 20;

    private StateCommand() {}

    static Answer answer(Container container) {
        Existing in = new Existing(container);
        Script outer = in.outer;
        in.askStatus();
        outer.group("output");
        Data digits = in.plan.space(DIGITS, 8);
        Register length = outer.formatted(digits, DIGITS, in.status.pid(), "init's pid");
        Messages.write(in.plan, outer, beforePid(container.record()));
        outer.writeAll(Arg.of(1), digits, length, OnFailure.STOP, "write to stdout");
        for (Status status : Status.values()) {
            Label other = outer.label();
            outer.jump(other, in.status.status(), Compare.NOT_EQUAL, status.number(), "it is not " + status.text());
            Messages.write(in.plan, outer, afterPid(container.record(), status));
            outer.exit(Arg.ZERO, "end");
            outer.place(other);
        }
        return in.done();
    }

    static String beforePid(ContainerRecord record) {
        StringBuilder json = new StringBuilder(512);
        json.append("{\n  \"ociVersion\": ");
        Json.string(json, Config.SPEC_VERSION);
        json.append(",\n  \"id\": ");
        Json.string(json, record.id());
        return json.append(",\n  \"pid\": ").toString();
    }

    /** Without a line's end behind it, as runc prints it. */
    static String afterPid(ContainerRecord record, Status status) {
        StringBuilder json = new StringBuilder(512);
        field(json, "status", status.text());
        field(json, "bundle", record.bundle());
        field(json, "rootfs", record.rootfs());
        field(json, "created", record.created());
        annotations(json, record.annotations());
        field(json, "owner", "");
        return json.append("\n}").toString();
    }

    private static void field(StringBuilder json, String name, String value) {
        json.append(",\n  \"").append(name).append("\": ");
        Json.string(json, value);
    }

    private static void annotations(StringBuilder json, Map<String, String> annotations) {
        if (annotations.isEmpty()) {
            return;
        }
        json.append(",\n  \"annotations\": {");
        Iterator<Map.Entry<String, String>> each = annotations.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, String> entry = each.next();
            json.append("\n    ");
            Json.string(json, entry.getKey());
            json.append(": ");
            Json.string(json, entry.getValue());
            json.append(each.hasNext() ? "," : "");
        }
        json.append("\n  }");
    }
}
