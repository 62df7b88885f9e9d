package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.stream.Signals;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code registry serve}: serves the images that are here as a registry, until a signal comes or its caller has gone. */
public final class RegistryServeCommand implements Command {
    private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\[\\]]*?)]?:([0-9]{1,5})");
    private static final int MOST_PORT = 65535;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("addr", "Where it listens: HOST:PORT; port 0 is any that is free")
                            .fallback("127.0.0.1:5000"),
                    Flag.text(
                            "name", "What the registry is called in names of images; its address when it is not said"),
                    Flag.onOff("all", "Show the images of other registries too, read only, under their whole names"),
                    Flag.text("htpasswd", "Only who is in this file may use it (bcrypt, as htpasswd -B writes it)"),
                    Flag.onOff("token-auth", "Give these tokens, to be shown instead of their passwords"),
                    Flag.text("mirror-of", "Be a cache of this registry: https://HOST")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "registry serve");
        RegistryServeOptions options = options(call);
        CountDownLatch end = new CountDownLatch(1);
        call.caller().onSignal(number -> {
            if (Signals.ends(number)) {
                end.countDown();
            }
        });
        call.caller().onGone(end::countDown);
        try (ServedRegistry served = call.engine().serveRegistry(options)) {
            call.say("listening on " + served.url());
            end.await();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static RegistryServeOptions options(Call call) throws IOException {
        Matcher address = ADDRESS.matcher(call.flags().text("addr"));
        if (!address.matches() || Integer.parseInt(address.group(2)) > MOST_PORT) {
            throw ApiException.badRequest("invalid address " + call.flags().text("addr") + ": it is HOST:PORT");
        }
        String file = call.flags().text("htpasswd");
        if (file.isEmpty() && call.flags().isOn("token-auth")) {
            throw ApiException.badRequest("--token-auth needs --htpasswd: the file of who gets tokens");
        }
        Optional<Path> users = file.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(call.caller().hostPath(file)));
        return new RegistryServeOptions(
                address.group(1).isEmpty() ? "0.0.0.0" : address.group(1),
                Integer.parseInt(address.group(2)),
                Optional.of(call.flags().text("name")).filter(each -> !each.isEmpty()),
                call.flags().isOn("all"),
                users,
                call.flags().isOn("token-auth"),
                upstream(call.flags().text("mirror-of")),
                Registries.access(call.caller()));
    }

    private static Optional<URI> upstream(String text) throws ApiException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.matches("https?://[A-Za-z0-9.\\[\\]:-]+/?")) {
            throw ApiException.badRequest("invalid registry " + text + ": it is https://HOST or http://HOST:PORT");
        }
        return Optional.of(URI.create(text));
    }
}
