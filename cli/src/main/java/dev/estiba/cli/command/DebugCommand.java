package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.remote.FarEngine;
import dev.estiba.cli.stream.DetachKeys;
import dev.estiba.cli.stream.Session;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code debug}: a shell with tools in a container that has none, has crashed, or in an image. */
public final class DebugCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            true,
            List.of(
                    Flag.text("command", "Have the shell run this, and end").letter('c'),
                    DetachKeys.flag(),
                    Flag.list("env", "Set an environment variable: NAME=VALUE").letter('e'),
                    Flag.text("image", "Tools of this image; the container's files are at /target then"),
                    Flag.text("network", "Of what does not run: the network (default: the container's)"),
                    Flag.onOff("privileged", "Give it nearly all rights that root has on the host"),
                    Flag.text("tools", "A static busybox of this host (default: the one in /bin)"),
                    Flag.text("user", "Who runs it: NAME or NUMBER, with :GROUP (default: root)")
                            .letter('u'),
                    Flag.text("workdir", "Its working directory").letter('w'),
                    Flag.onOff("write", "Let it change the files of a container that runs")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER|IMAGE [COMMAND] [ARG...]";
    }

    @Override
    public List<Section> sections() {
        return List.of(
                new Section(
                        "WHAT IS SEEN",
                        List.of(
                                "Of a container that runs, or is paused: its files at their places, with its volumes, its processes, its"
                                        + " network, its shared memory and its host name. The files are read-only, unless --write is"
                                        + " said. When the container ends, so does the shell.",
                                "Of a container that does not run: its files as it has left them, and its volumes, as far as they are"
                                        + " there, read-only. What is written elsewhere goes nowhere, and is gone with the shell. The"
                                        + " network is one like the container's.",
                                "Of an image: its files. What is written goes nowhere.",
                                "Nothing is added to the container: not a file, not a mount, not a process that stays. The shell is one of a"
                                        + " container of its own, which 'estiba ps' shows, and which is removed when it ends. Processes"
                                        + " that it leaves behind are killed.")),
                new Section(
                        "TOOLS",
                        List.of(
                                "They are those of a static busybox of this host ('apt-get install busybox-static'), or the one"
                                        + " that --tools names, in /dev/estiba/bin, in front of the container's own. /dev/shm can be"
                                        + " written to.",
                                "--image NAME takes the tools of an image instead, such as one with gdb, strace and tcpdump: its files are"
                                        + " the shell's, and the container's are at /target. Of a container that runs, /proc/1/root shows"
                                        + " them with links that lead where they lead in there.")),
                new Section(
                        "EXIT STATUS",
                        List.of(
                                "That of the shell or the command; 125 when it could not be started, 126 when the command cannot be"
                                        + " executed, 127 when there is none of that name.")),
                new Section(
                        "EXAMPLES",
                        List.of(
                                "estiba debug web: a shell in the container web.",
                                "estiba debug -c 'ls -l /etc; netstat -lnt' web: two commands, and back.",
                                "estiba debug crashed cat /etc/app.conf: a file of a container that has ended.",
                                "estiba debug --image tools:latest web strace -p 1: its first process, with another image's tools.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "debug");
        if (call.engine() instanceof FarEngine far) {
            throw far.onlyHere("debug");
        }
        String keys = call.flags().text("detach-keys");
        try {
            DebugBody body = DebugBody.of(call);
            return run(call, body.request(), keys);
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return FlagSet.WRONG_FLAG;
        }
    }

    /** In the order of a run: create, attach, wait, start. */
    private static int run(Call call, CreateRequest body, String keys) throws IOException, BadValue {
        String id;
        try {
            CreateResponse made = call.engine().createContainer(Optional.empty(), Optional.empty(), body);
            for (String warning : made.warnings()) {
                call.complain("WARNING: " + warning);
            }
            id = made.id();
        } catch (ApiException e) {
            return failed(call, e);
        }
        AttachOptions streams = new AttachOptions(true, true, true, false, true, "");
        try (Attachment attachment = call.engine().attachContainer(id, streams)) {
            Session session =
                    new Session(call.caller(), attachment, true, body.config().tty(), keys);
            CompletableFuture<WaitResponse> end = call.engine().waitContainer(id, WaitCondition.REMOVED);
            Foreground foreground = new Foreground(call, id);
            foreground.takeSignals(true);
            call.engine().startContainer(id, new StartOptions("", false));
            return foreground.stay(session, body.config().tty(), end);
        } catch (ApiException e) {
            return failed(call, e);
        }
    }

    private static int failed(Call call, ApiException e) throws IOException {
        call.complain("estiba: " + e.message());
        return StartFailure.status(e.message());
    }
}
