package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
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
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** {@code create}: makes a container and prints its ID. */
public final class CreateCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(true, CreateFlags.all());
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
        } catch (PullFailure e) {
            call.complain("estiba: " + e.message());
            return 1;
        }
    }

    static CreateRequest body(Call call) throws BadValue {
        String pull = call.flags().text("pull");
        if (!PULL.contains(pull)) {
            throw new BadValue(
                    "invalid pull option: " + Quote.go(pull) + ": must be one of \"always\", \"missing\" or \"never\"");
        }
        return CreateBody.of(call.flags(), call.caller());
    }

    /** The new container's ID. */
    static String create(Call call, CreateRequest body, Cidfile cidfile) throws IOException, PullFailure {
        CreateResponse made = made(call, body);
        for (String warning : made.warnings()) {
            call.complain("WARNING: " + warning);
        }
        cidfile.write(made.id());
        return made.id();
    }

    /** In Docker's order: without {@code --pull always} a registry is asked only for an image that is not here. */
    private static CreateResponse made(Call call, CreateRequest body) throws IOException, PullFailure {
        String pull = call.flags().text("pull");
        MissingImage image = new MissingImage(call, body.config().image());
        CreateRequest wanted = pull.equals("always") ? of(body, image.pull()) : body;
        try {
            return asked(call, wanted);
        } catch (ApiException e) {
            if (!image.isMeantBy(e)) {
                throw e;
            }
            for (String other : image.others()) {
                Optional<CreateResponse> made = madeOf(call, of(body, other), image);
                if (made.isPresent()) {
                    return made.get();
                }
            }
            if (!pull.equals("missing")) {
                throw e;
            }
            image.announce();
            return asked(call, of(body, image.pull()));
        }
    }

    /** Empty when the image is not here. */
    private static Optional<CreateResponse> madeOf(Call call, CreateRequest body, MissingImage image)
            throws ApiException {
        try {
            return Optional.of(asked(call, body));
        } catch (ApiException e) {
            if (image.isMeantBy(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static CreateRequest of(CreateRequest body, String image) {
        return new CreateRequest(
                body.config().toBuilder().image(image).build(), body.hostConfig(), body.networkingConfig());
    }

    private static CreateResponse asked(Call call, CreateRequest body) throws ApiException {
        Optional<String> name = Optional.of(call.flags().text("name")).filter(each -> !each.isEmpty());
        Optional<String> platform = Optional.of(call.flags().text("platform")).filter(each -> !each.isEmpty());
        return call.engine().createContainer(name, platform, body);
    }
}
