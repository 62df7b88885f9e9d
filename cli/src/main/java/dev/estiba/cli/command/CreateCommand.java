package dev.estiba.cli.command;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.CreateBody;
import dev.estiba.cli.create.CreateFlags;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Quote;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** {@code create}: makes a container and prints its ID. */
public final class CreateCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(true, CreateFlags.all());
    private static final Set<String> PULL = Set.of("always", "missing", "never");

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "create");
        try (Cidfile cidfile = Cidfile.create(call.flags().text("cidfile"), call.caller())) {
            call.say(create(call, body(call), cidfile));
            return 0;
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return FlagSet.WRONG_FLAG;
        }
    }

    static CreateRequest body(Call call) throws BadValue {
        String pull = call.flags().text("pull");
        if (!PULL.contains(pull)) {
            throw new BadValue(
                    "invalid pull option: " + Quote.go(pull) + ": must be one of \"always\", \"missing\" or \"never\"");
        }
        if (pull.equals("always")) {
            throw new BadValue("--pull always is not built yet: there are no registries");
        }
        return CreateBody.of(call.flags(), call.caller());
    }

    /** The new container's ID. */
    static String create(Call call, CreateRequest body, Cidfile cidfile) throws IOException {
        String name = call.flags().text("name");
        Optional<String> given = call.flags().isGiven("name") && !name.isEmpty() ? Optional.of(name) : Optional.empty();
        CreateResponse made = call.engine().createContainer(given, body);
        for (String warning : made.warnings()) {
            call.complain("WARNING: " + warning);
        }
        cidfile.write(made.id());
        return made.id();
    }
}
