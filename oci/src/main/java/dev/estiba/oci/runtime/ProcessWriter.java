package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Output;
import tools.jackson.core.JsonGenerator;

/** Writes the {@code process} section. */
final class ProcessWriter {
    private ProcessWriter() {}

    static void process(JsonGenerator out, Process process) {
        out.writeStartObject();
        Output.flag(out, "terminal", process.terminal());
        if (process.consoleSize().isPresent()) {
            out.writeObjectPropertyStart("consoleSize");
            Output.unsigned(out, "height", process.consoleSize().get().height());
            Output.unsigned(out, "width", process.consoleSize().get().width());
            out.writeEndObject();
        }
        user(out, process.user());
        Output.texts(out, "args", process.args());
        Output.text(out, "commandLine", process.commandLine());
        Output.texts(out, "env", process.env());
        out.writeStringProperty("cwd", process.cwd());
        if (process.capabilities().isPresent()) {
            capabilities(out, process.capabilities().get());
        }
        rlimits(out, process);
        Output.flag(out, "noNewPrivileges", process.noNewPrivileges());
        Output.text(out, "apparmorProfile", process.apparmorProfile());
        Output.number(out, "oomScoreAdj", process.oomScoreAdj());
        if (process.scheduler().isPresent()) {
            scheduler(out, process.scheduler().get());
        }
        Output.text(out, "selinuxLabel", process.selinuxLabel());
        if (process.ioPriority().isPresent()) {
            out.writeObjectPropertyStart("ioPriority");
            Output.word(out, "class", process.ioPriority().get().ioClass());
            out.writeNumberProperty("priority", process.ioPriority().get().priority());
            out.writeEndObject();
        }
        if (process.execCpuAffinity().isPresent()) {
            out.writeObjectPropertyStart("execCPUAffinity");
            Output.text(out, "initial", process.execCpuAffinity().get().initialCpus());
            Output.text(out, "final", process.execCpuAffinity().get().finalCpus());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void user(JsonGenerator out, User user) {
        out.writeObjectPropertyStart("user");
        out.writeNumberProperty("uid", user.uid());
        out.writeNumberProperty("gid", user.gid());
        Output.number(out, "umask", user.umask());
        if (!user.additionalGids().isEmpty()) {
            out.writeArrayPropertyStart("additionalGids");
            for (long gid : user.additionalGids()) {
                out.writeNumber(gid);
            }
            out.writeEndArray();
        }
        Output.text(out, "username", user.username());
        out.writeEndObject();
    }

    private static void capabilities(JsonGenerator out, Capabilities capabilities) {
        out.writeObjectPropertyStart("capabilities");
        Output.texts(out, "bounding", capabilities.bounding());
        Output.texts(out, "effective", capabilities.effective());
        Output.texts(out, "inheritable", capabilities.inheritable());
        Output.texts(out, "permitted", capabilities.permitted());
        Output.texts(out, "ambient", capabilities.ambient());
        out.writeEndObject();
    }

    private static void rlimits(JsonGenerator out, Process process) {
        if (process.rlimits().isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("rlimits");
        for (Rlimit rlimit : process.rlimits()) {
            out.writeStartObject();
            out.writeStringProperty("type", rlimit.type());
            Output.unsigned(out, "hard", rlimit.hard());
            Output.unsigned(out, "soft", rlimit.soft());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void scheduler(JsonGenerator out, Scheduler scheduler) {
        out.writeObjectPropertyStart("scheduler");
        Output.word(out, "policy", scheduler.policy());
        Output.nonZero(out, "nice", scheduler.nice());
        Output.nonZero(out, "priority", scheduler.priority());
        Output.words(out, "flags", scheduler.flags());
        Output.unsigned(out, "runtime", scheduler.runtime());
        Output.unsigned(out, "deadline", scheduler.deadline());
        Output.unsigned(out, "period", scheduler.period());
        out.writeEndObject();
    }
}
