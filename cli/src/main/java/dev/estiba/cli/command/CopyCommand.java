package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.copy.Copy;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code cp}: copies files between a container and its caller. */
public final class CopyCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("archive", "What comes into the container is its user's")
                            .letter('a'),
                    Flag.onOff("follow-link", "Copy what a symbolic link leads to, not the link")
                            .letter('L'),
                    Flag.onOff("parents", "Make the directories that the source's path names below the destination"),
                    Flag.onOff("quiet", "Say nothing of how it goes; without a terminal that is so anyway")
                            .letter('q')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER:PATH PATH|- | PATH|- CONTAINER:PATH";
    }

    /** One of the two arguments. */
    private record End(String container, String path) {
        /** A local path is absolute, begins with a dot, or has no colon. */
        static End of(String argument) {
            int colon = argument.indexOf(':');
            if (argument.startsWith("/") || colon < 0 || argument.startsWith(".")) {
                return new End("", argument);
            }
            return new End(argument.substring(0, colon), argument.substring(colon + 1));
        }
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 2, "cp");
        if (call.arguments().get(0).isEmpty()) {
            throw ApiException.badRequest("source can not be empty");
        }
        if (call.arguments().get(1).isEmpty()) {
            throw ApiException.badRequest("destination can not be empty");
        }
        End source = End.of(call.arguments().get(0));
        End destination = End.of(call.arguments().get(1));
        boolean isOut = !source.container().isEmpty();
        if (isOut && !destination.container().isEmpty()) {
            throw ApiException.badRequest("copying between containers is not supported");
        }
        if (!isOut && destination.container().isEmpty()) {
            throw ApiException.badRequest("must specify at least one container source");
        }
        End inside = isOut ? source : destination;
        boolean isQuiet = call.flags().isGiven("quiet")
                ? call.flags().isOn("quiet")
                : !call.caller().isTerminal(1);
        Copy copy = new Copy(
                call,
                inside.container(),
                inside.path(),
                (isOut ? destination : source).path(),
                call.flags().isOn("follow-link"),
                call.flags().isOn("archive"),
                isQuiet,
                call.flags().isOn("parents"));
        return isOut ? copy.out() : copy.in();
    }
}
