package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Hook;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The specification's hooks: the container's state on their stdin, a failure named by kind and number. */
public final class HookSteps {
    private static final int FIELD = 20;

    private final PlanBuilder plan;
    private final String id;
    private final String bundle;
    private final Map<String, String> annotations;

    HookSteps(Assembly in) {
        this(in.plan, in.request.id(), in.request.bundle(), in.config.annotations());
    }

    /** For a container that exists. */
    public HookSteps(PlanBuilder plan, String id, String bundle, Map<String, String> annotations) {
        this.plan = plan;
        this.id = id;
        this.bundle = bundle;
        this.annotations = annotations;
    }

    /**
     * @param pid what the state says of init's pid, in the runtime's pid namespace
     * @param tolerated whether a failure only ends that hook (poststop)
     * @return each hook's answer: 0 or an errno
     */
    public List<Register> run(Script script, String kind, List<Hook> hooks, String status, Arg pid, boolean tolerated) {
        if (hooks.isEmpty()) {
            return List.of();
        }
        script.group("hooks");
        StateText state = StateText.of(annotations, id, status, bundle);
        Data bytes = plan.bytes(state.text().getBytes(StandardCharsets.UTF_8), 1);
        script.formatField(new Data(bytes.offset() + state.pidAt()), FIELD, pid, "init's pid in the state");
        int number = 0;
        List<Register> answers = new ArrayList<>();
        for (Hook hook : hooks) {
            String sentence = "error running " + kind + " hook #" + number++;
            OnFailure onFailure = tolerated
                    ? OnFailure.tolerate("the others still have to run", Errno.EIO, Errno.ETIMEDOUT)
                    : OnFailure.STOP;
            answers.add(script.spawn(
                    hook.path(),
                    hook.args().isEmpty() ? List.of(hook.path()) : hook.args(),
                    hook.env(),
                    bytes,
                    imm(state.text().getBytes(StandardCharsets.UTF_8).length),
                    hook.timeout().isPresent() ? hook.timeout().getAsInt() * 1000L : -1,
                    onFailure,
                    sentence));
        }
        return answers;
    }

    /** The state's JSON with room for a pid: what state(5) of the specification calls the container's state. */
    record StateText(String text, int pidAt) {
        static StateText of(Map<String, String> annotations, String id, String status, String bundle) {
            StringBuilder json = new StringBuilder(256);
            json.append("{\"ociVersion\":");
            Json.string(json, dev.estiba.oci.runtime.Config.SPEC_VERSION);
            json.append(",\"id\":");
            Json.string(json, id);
            json.append(",\"status\":");
            Json.string(json, status);
            json.append(",\"pid\":");
            int at = json.toString().getBytes(StandardCharsets.UTF_8).length;
            json.append(" ".repeat(FIELD));
            json.append(",\"bundle\":");
            Json.string(json, bundle);
            if (!annotations.isEmpty()) {
                json.append(",\"annotations\":");
                Json.object(json, annotations);
            }
            return new StateText(json.append("}").toString(), at);
        }
    }
}
