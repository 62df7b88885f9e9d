package dev.estiba.runtime.compile;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The seccomp agent, who answers the calls that a filter leaves to it: {@code linux.seccomp.listenerPath}
 * (config-linux.md, "The Container Process State"; seccomp_unotify(2)).
 *
 * <p>The outer process connects to it before anything is made, so a path that leads nowhere changes nothing. The descriptor
 * comes with the filter, in the process that is filtered; that one sends it over the socket to the outer process, who alone
 * has the connection, knows the pids, and cannot be looked into from the container. It is sent in the filter's reach, so no
 * profile can leave sendmsg(2) to the agent: {@link dev.estiba.runtime.seccomp.FilterCompiler} refuses it, as runc does
 * with write(2). The filtered process waits until the agent has been told: what it calls then, somebody answers.
 */
final class SeccompListener {
    /** Init to outer: the filter is there, its descriptor is the next message. */
    private static final int INSTALLED = 6;
    /** Outer to init: the agent has it. */
    private static final int HANDED_OVER = 7;

    private static final int FIELD = 20;

    private final Assembly in;
    private final Seccomp profile;
    private final Register agent;

    private SeccompListener(Assembly in, Seccomp profile) {
        this.in = in;
        this.profile = profile;
        this.agent = in.plan.register();
    }

    /** Of a filter that leaves calls to an agent. */
    static Optional<SeccompListener> of(Assembly in, Optional<FilterProgram> filter) {
        if (filter.isEmpty() || !filter.get().notifies()) {
            return Optional.empty();
        }
        try {
            Seccomp profile = in.linux.seccomp().orElseThrow().parse();
            if (profile.listenerPath().isEmpty()) {
                throw new UnsupportedConfig("seccomp listenerPath is not set");
            }
            return Optional.of(new SeccompListener(in, profile));
        } catch (DocumentException e) {
            throw new UnsupportedConfig("linux.seccomp: " + e.getMessage());
        }
    }

    /** Outer, before there is a process. */
    void connect() {
        Script outer = in.outer.group("seccomp agent");
        outer.set(
                agent,
                Terminal.connect(in, outer, profile.listenerPath().orElseThrow(), "seccomp agent"),
                "the seccomp agent");
    }

    /** The process whose filter {@code listener} is of, before its next step. */
    static void handOver(Script script, Assembly in, Register listener) {
        script.post(INSTALLED, "tell the runtime that the filter is there");
        byte[] name = "seccompFd".getBytes(StandardCharsets.US_ASCII);
        script.sendDescriptor(
                Reserved.PEER, listener, in.plan.bytes(name, 1), name.length, "send the seccomp listener");
        script.await(HANDED_OVER, "wait until the seccomp agent has it");
        script.run(
                Calls.CLOSE,
                OnFailure.tolerate("it is closed by the exec as well"),
                "close the seccomp listener",
                listener);
    }

    /**
     * Outer, when the process is on its way.
     *
     * @param pid of the process
     * @param init of the container's init
     * @param status of the container
     */
    void tell(Arg pid, Arg init, String status) {
        Script outer = in.outer.group("seccomp agent");
        outer.await(INSTALLED, "wait until the filter is there");
        Register listener = outer.receiveDescriptor(Reserved.PEER, "receive the seccomp listener");
        HookSteps.StateText state =
                HookSteps.StateText.of(in.config.annotations(), in.request.id(), status, in.request.bundle());
        StringBuilder json = new StringBuilder(512);
        json.append("{\"ociVersion\":");
        Json.string(json, Config.SPEC_VERSION);
        json.append(",\"fds\":[\"seccompFd\"],\"pid\":");
        int pidAt = length(json);
        json.append(" ".repeat(FIELD));
        profile.listenerMetadata().ifPresent(metadata -> {
            json.append(",\"metadata\":");
            Json.string(json, metadata);
        });
        json.append(",\"state\":");
        int stateAt = length(json);
        json.append(state.text()).append('}');
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        Data text = in.plan.bytes(bytes, 1);
        outer.formatField(new Data(text.offset() + pidAt), FIELD, pid, "the pid in what the agent is told");
        outer.formatField(new Data(text.offset() + stateAt + state.pidAt()), FIELD, init, "init's pid in the state");
        outer.sendDescriptor(agent, listener, text, bytes.length, "send the seccomp listener to its agent");
        outer.run(Calls.CLOSE, "close the seccomp listener", listener);
        outer.run(Calls.CLOSE, "hang up", agent);
        outer.post(HANDED_OVER, "tell the process that the agent has it");
    }

    private static int length(StringBuilder json) {
        return json.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
