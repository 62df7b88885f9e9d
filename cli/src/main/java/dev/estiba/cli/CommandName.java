package dev.estiba.cli;

import dev.estiba.api.EngineApi;
import dev.estiba.cli.command.AttachCommand;
import dev.estiba.cli.command.CommitCommand;
import dev.estiba.cli.command.CompletionCommand;
import dev.estiba.cli.command.ContainerPruneCommand;
import dev.estiba.cli.command.ContextCreateCommand;
import dev.estiba.cli.command.ContextInspectCommand;
import dev.estiba.cli.command.ContextListCommand;
import dev.estiba.cli.command.ContextRemoveCommand;
import dev.estiba.cli.command.ContextShowCommand;
import dev.estiba.cli.command.ContextTransferCommand;
import dev.estiba.cli.command.ContextUseCommand;
import dev.estiba.cli.command.CopyCommand;
import dev.estiba.cli.command.CreateCommand;
import dev.estiba.cli.command.DaemonCommand;
import dev.estiba.cli.command.DebugCommand;
import dev.estiba.cli.command.DialStdioCommand;
import dev.estiba.cli.command.DiffCommand;
import dev.estiba.cli.command.EventsCommand;
import dev.estiba.cli.command.ExecCommand;
import dev.estiba.cli.command.ExportCommand;
import dev.estiba.cli.command.HistoryCommand;
import dev.estiba.cli.command.ImageCopyCommand;
import dev.estiba.cli.command.ImageDiffCommand;
import dev.estiba.cli.command.ImagePruneCommand;
import dev.estiba.cli.command.ImageTreeCommand;
import dev.estiba.cli.command.ImagesCommand;
import dev.estiba.cli.command.ImportCommand;
import dev.estiba.cli.command.InfoCommand;
import dev.estiba.cli.command.InspectCommand;
import dev.estiba.cli.command.KillCommand;
import dev.estiba.cli.command.LoadCommand;
import dev.estiba.cli.command.LoginCommand;
import dev.estiba.cli.command.LogoutCommand;
import dev.estiba.cli.command.LogsCommand;
import dev.estiba.cli.command.NetworkConnectCommand;
import dev.estiba.cli.command.NetworkCreateCommand;
import dev.estiba.cli.command.NetworkDisconnectCommand;
import dev.estiba.cli.command.NetworkInspectCommand;
import dev.estiba.cli.command.NetworkListCommand;
import dev.estiba.cli.command.NetworkPruneCommand;
import dev.estiba.cli.command.NetworkRemoveCommand;
import dev.estiba.cli.command.PortCommand;
import dev.estiba.cli.command.PsCommand;
import dev.estiba.cli.command.PullCommand;
import dev.estiba.cli.command.PushCommand;
import dev.estiba.cli.command.RecipeCommand;
import dev.estiba.cli.command.RecreateCommand;
import dev.estiba.cli.command.RegistryServeCommand;
import dev.estiba.cli.command.RemoveCommand;
import dev.estiba.cli.command.RemoveImageCommand;
import dev.estiba.cli.command.RenameCommand;
import dev.estiba.cli.command.RunCommand;
import dev.estiba.cli.command.SaveCommand;
import dev.estiba.cli.command.SimpleCommand;
import dev.estiba.cli.command.StartCommand;
import dev.estiba.cli.command.StatsCommand;
import dev.estiba.cli.command.StopCommand;
import dev.estiba.cli.command.SystemCheckCommand;
import dev.estiba.cli.command.SystemPruneCommand;
import dev.estiba.cli.command.SystemUsageCommand;
import dev.estiba.cli.command.TagCommand;
import dev.estiba.cli.command.TopCommand;
import dev.estiba.cli.command.UpdateCommand;
import dev.estiba.cli.command.VersionCommand;
import dev.estiba.cli.command.VolumeCreateCommand;
import dev.estiba.cli.command.VolumeInspectCommand;
import dev.estiba.cli.command.VolumeListCommand;
import dev.estiba.cli.command.VolumePruneCommand;
import dev.estiba.cli.command.VolumeRemoveCommand;
import dev.estiba.cli.command.WaitCommand;
import dev.estiba.cli.command.WhyCommand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The commands. Only the one that is called is made, and its classes loaded. */
public enum CommandName {
    RUN("run", "Create and start a container", RunCommand::new),
    EXEC("exec", "Run another process in a running container", ExecCommand::new),
    PS("ps", "List containers", PsCommand::new, "ls", "list"),
    LOGS("logs", "Print what a container has written", LogsCommand::new),
    INSPECT("inspect", "Print all that is known of objects of any kind", () -> new InspectCommand(false)),
    TOP("top", "List a container's processes", TopCommand::new),
    CREATE("create", "Create a container", CreateCommand::new),
    START("start", "Start containers that do not run", StartCommand::new),
    STOP("stop", "Stop containers", () -> new StopCommand(false)),
    RESTART("restart", "Stop and start containers", () -> new StopCommand(true)),
    KILL("kill", "Send a signal to containers", KillCommand::new),
    RM("rm", "Remove containers", RemoveCommand::new, "remove"),
    ATTACH("attach", "Join the streams of a running container", AttachCommand::new),
    PAUSE("pause", "Freeze containers", () -> new SimpleCommand("pause", EngineApi::pauseContainer)),
    UNPAUSE("unpause", "Let frozen containers go on", () -> new SimpleCommand("unpause", EngineApi::unpauseContainer)),
    WAIT("wait", "Wait until containers end, print how", WaitCommand::new),
    RENAME("rename", "Give a container another name", RenameCommand::new),
    UPDATE("update", "Give containers other limits", UpdateCommand::new),
    CONTAINER_PRUNE("container prune", "Remove containers that do not run", ContainerPruneCommand::new),
    RECREATE("recreate", "Give a container other ports, variables or files", RecreateCommand::new),
    AS_COMMAND("as-command", "Print the run that makes such a container", () -> new RecipeCommand(false)),
    AS_COMPOSE("as-compose", "Print a compose file with such a container", () -> new RecipeCommand(true)),
    WHY("why", "Say why a container has ended, or is as it is", WhyCommand::new),
    DEBUG("debug", "Open a shell with tools in a container or an image", DebugCommand::new),
    STATS("stats", "Print what containers use", StatsCommand::new),
    EVENTS("events", "Print what happens", EventsCommand::new, "system events"),
    INFO("info", "Print what there is, and what this machine can do", InfoCommand::new, "system info"),
    DAEMON("daemon", "Run the daemon", DaemonCommand::new),
    CP("cp", "Copy files between a container and here", CopyCommand::new),
    DIFF("diff", "List what a container has changed of its image", DiffCommand::new),
    EXPORT("export", "Write a container's files into an archive", ExportCommand::new),
    COMMIT("commit", "Make an image of a container", CommitCommand::new),
    PORT("port", "Print where a container's ports are published", PortCommand::new),
    VERSION("version", "Print which Estiba this is", VersionCommand::new),
    COMPLETION("completion", "Print what makes a shell complete command lines", CompletionCommand::new),

    PULL("pull", "Bring an image from a registry", PullCommand::new, "image pull"),
    PUSH("push", "Bring an image to a registry", PushCommand::new, "image push"),
    IMAGES("images", "List images", ImagesCommand::new, "image ls", "image list"),
    RMI("rmi", "Remove images", RemoveImageCommand::new, "image rm", "image remove"),
    TAG("tag", "Give an image another name", TagCommand::new, "image tag"),
    HISTORY("history", "List the steps that an image was made in", HistoryCommand::new, "image history"),
    SAVE("save", "Write images into an archive", SaveCommand::new, "image save"),
    LOAD("load", "Take the images of an archive in", LoadCommand::new, "image load"),
    IMPORT("import", "Make an image of an archive of files", ImportCommand::new, "image import"),
    LOGIN("login", "Log in to a registry", LoginCommand::new),
    LOGOUT("logout", "Log out from a registry", LogoutCommand::new),
    IMAGE_INSPECT("image inspect", "Print all that is known of images", () -> new InspectCommand(true)),
    IMAGE_CP("image cp", "Bring an image from any place to any other", ImageCopyCommand::new, "image copy"),
    IMAGE_PRUNE("image prune", "Remove images that nobody uses", ImagePruneCommand::new),
    IMAGE_TREE("image tree", "Show what each layer of an image changed", ImageTreeCommand::new),
    IMAGE_DIFF("image diff", "Show how two images differ", ImageDiffCommand::new),
    NETWORK_CREATE("network create", "Make a network", NetworkCreateCommand::new),
    NETWORK_LS("network ls", "List networks", NetworkListCommand::new, "network list"),
    NETWORK_INSPECT("network inspect", "Print all that is known of networks", NetworkInspectCommand::new),
    NETWORK_RM("network rm", "Remove networks", NetworkRemoveCommand::new, "network remove"),
    NETWORK_CONNECT("network connect", "Join a container to one more network", NetworkConnectCommand::new),
    NETWORK_DISCONNECT("network disconnect", "Take a container out of a network", NetworkDisconnectCommand::new),
    NETWORK_PRUNE("network prune", "Remove networks that no container is in", NetworkPruneCommand::new),
    VOLUME_CREATE("volume create", "Make a volume", VolumeCreateCommand::new),
    VOLUME_LS("volume ls", "List volumes", VolumeListCommand::new, "volume list"),
    VOLUME_INSPECT("volume inspect", "Print all that is known of volumes", VolumeInspectCommand::new),
    VOLUME_RM("volume rm", "Remove volumes", VolumeRemoveCommand::new, "volume remove"),
    VOLUME_PRUNE("volume prune", "Remove volumes that no container wants", VolumePruneCommand::new),
    CONTEXT_CREATE("context create", "Keep how a daemon is come to", () -> new ContextCreateCommand(false)),
    CONTEXT_LS("context ls", "List where commands may go", ContextListCommand::new, "context list"),
    CONTEXT_INSPECT("context inspect", "Print all that is known of contexts", ContextInspectCommand::new),
    CONTEXT_RM("context rm", "Forget contexts", ContextRemoveCommand::new, "context remove"),
    CONTEXT_USE("context use", "Choose where commands go", ContextUseCommand::new),
    CONTEXT_SHOW("context show", "Print where commands go", ContextShowCommand::new),
    CONTEXT_UPDATE("context update", "Change how a daemon is come to", () -> new ContextCreateCommand(true)),
    CONTEXT_EXPORT("context export", "Write a context into an archive", () -> new ContextTransferCommand(false)),
    CONTEXT_IMPORT("context import", "Take a context from an archive", () -> new ContextTransferCommand(true)),
    SYSTEM_DIAL_STDIO("system dial-stdio", "Join this command's streams to the daemon", DialStdioCommand::new),
    SYSTEM_CHECK(
            "system check", "Look for what is wrong with the host and with what is stored", SystemCheckCommand::new),
    SYSTEM_PRUNE("system prune", "Remove what nobody uses", SystemPruneCommand::new),
    SYSTEM_DF("system df", "Show how much of the disk is used", SystemUsageCommand::new),
    REGISTRY_SERVE("registry serve", "Serve the images that are here as a registry", RegistryServeCommand::new);

    /** In front of a command on images: all of them, and those whose own word would mean a container. */
    static final String IMAGE = "image";

    /** In front of a command on containers; all but those of two words can do without. */
    static final String CONTAINER = "container";

    /** In front of a command on networks. */
    static final String NETWORK = "network";

    /** In front of a command on volumes. */
    static final String VOLUME = "volume";

    /** In front of a command on the engine itself. */
    static final String SYSTEM = "system";

    /** In front of a command on our own registry. */
    static final String REGISTRY = "registry";

    /** In front of a command on where commands go. */
    static final String CONTEXT = "context";

    /** The words that a command of two words may begin with. */
    static final List<String> GROUPS = List.of(IMAGE, NETWORK, VOLUME, SYSTEM, REGISTRY, CONTEXT);

    private final String word;
    private final String summary;
    private final Supplier<Command> maker;
    private final List<String> aliases;

    CommandName(String word, String summary, Supplier<Command> maker, String... aliases) {
        this.word = word;
        this.summary = summary;
        this.maker = maker;
        this.aliases = List.of(aliases);
    }

    /** What is typed: one word, or two with a blank between. */
    public String word() {
        return word;
    }

    /** One line of help. */
    public String summary() {
        return summary;
    }

    /** What is typed behind a group's word, for a command that is there. */
    Optional<String> wordIn(String group) {
        return Stream.concat(Stream.of(word), aliases.stream())
                .filter(each -> each.startsWith(group + " "))
                .map(each -> each.substring(group.length() + 1))
                .findFirst();
    }

    /** Whether it is only behind a group's word. */
    boolean isOnlyInGroup() {
        return word.contains(" ");
    }

    public Command make() {
        return maker.get();
    }

    /** The command that a word means, or two with a blank between. */
    public static Optional<CommandName> of(String word) {
        return Optional.ofNullable(Words.MEANING.get(word));
    }

    /** Every word; a class of its own, as an enumeration's constants come before its other fields. */
    private static final class Words {
        private static final Map<String, CommandName> MEANING = meaning();

        private static Map<String, CommandName> meaning() {
            Map<String, CommandName> meaning = new HashMap<>();
            for (CommandName name : values()) {
                meaning.putIfAbsent(name.word, name);
            }
            for (CommandName name : values()) {
                name.aliases.forEach(alias -> meaning.putIfAbsent(alias, name));
            }
            return Map.copyOf(meaning);
        }
    }

    /** How many words of a command line name the command. */
    static int length(List<String> words) {
        boolean isTwo = words.size() > 1
                && (GROUPS.contains(words.getFirst())
                        || of(String.join(" ", words.subList(0, 2))).isPresent());
        return isTwo ? 2 : Math.min(1, words.size());
    }
}
