package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.RegistryAccess;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code login}: tries a password at a registry, and keeps it. Whatever is not given, a person at a terminal is asked. */
public final class LoginCommand implements Command {
    private static final int FAILED = 1, INTERRUPTED = 130;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("username", "Name of the account").letter('u'),
                    Flag.text("password", "Its password or token; everybody here can see it")
                            .letter('p'),
                    Flag.onOff("password-stdin", "Read the password from standard input")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [SERVER]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atMost(call, 1, "login");
        String server = call.arguments().isEmpty() ? "" : call.arguments().getFirst();
        String user = call.flags().text("username").strip();
        String password = call.flags().text("password");
        boolean isPiped = call.flags().isOn("password-stdin");
        if (!password.isEmpty()) {
            call.complain("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            if (isPiped) {
                throw ApiException.badRequest("--password and --password-stdin are mutually exclusive");
            }
        }
        if (isPiped) {
            if (user.isEmpty()) {
                throw ApiException.badRequest("Must provide --username with --password-stdin");
            }
            password = new Prompt(call).all();
        }
        RegistryAccess access = Registries.access(call.caller());
        if (user.isEmpty() && password.isEmpty() && stored(call, server, access)) {
            return 0;
        }
        if (user.isEmpty() || password.isEmpty()) {
            return asked(call, server, user, password, access);
        }
        return login(call, new LoginRequest(server, user, password), access);
    }

    /** As Docker's command does it: what is known already may do. */
    private static boolean stored(Call call, String server, RegistryAccess access) throws IOException {
        Optional<String> known = call.engine().knownUser(server, access);
        if (known.isEmpty()) {
            return false;
        }
        call.say("Authenticating with existing credentials... [Username: " + known.get() + "]");
        try {
            login(call, new LoginRequest(server, "", ""), access);
            return true;
        } catch (ApiException e) {
            call.complain("Login did not succeed, error: " + e.message());
            return false;
        }
    }

    private static int asked(Call call, String server, String givenUser, String givenPassword, RegistryAccess access)
            throws IOException {
        if (!call.caller().isTerminal(0)) {
            return refused(call, "Cannot perform an interactive login from a non TTY device");
        }
        Prompt prompt = new Prompt(call);
        String user = givenUser;
        if (user.isEmpty()) {
            String known = call.engine().knownUser(server, access).orElse("");
            String typed = prompt.line(known.isEmpty() ? "Username: " : "Username (" + known + "): ");
            user = typed.isEmpty() ? known : typed;
            if (user.isEmpty()) {
                return refused(call, "Non-null Username Required");
            }
        }
        String password = givenPassword;
        if (password.isEmpty()) {
            Optional<String> typed = prompt.secret("Password: ");
            if (typed.isEmpty()) {
                return INTERRUPTED;
            }
            password = typed.get();
            if (password.isEmpty()) {
                return refused(call, "Password Required");
            }
        }
        return login(call, new LoginRequest(server, user, password), access);
    }

    private static int login(Call call, LoginRequest request, RegistryAccess access) throws IOException {
        LoginResult result = call.engine().login(request, access);
        if (result.warning().isPresent()) {
            call.complain(result.warning().get());
        }
        call.say(result.status());
        return 0;
    }

    private static int refused(Call call, String why) throws IOException {
        call.complain("Error: " + why);
        return FAILED;
    }
}
