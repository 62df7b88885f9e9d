package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
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
                    Flag.text("tls-cert", "Speak TLS, and show this certificate (PEM, with the chain behind it)"),
                    Flag.text("tls-key", "The certificate's key (PEM, without a passphrase)"),
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
    public List<Section> sections() {
        return List.of(
                new Section(
                        "Images",
                        List.of(
                                "What is pushed to HOST:PORT/NAME:TAG is the image of that name here and runs at once; what is"
                                        + " tagged here with such a name can be pulled. --name chooses another name than the"
                                        + " address. Nothing is copied: image prune and rmi work beside pulls and pushes, and"
                                        + " take nothing that these need.",
                                "An upload that was broken off can be gone on with for a week, also after a restart.")),
                new Section(
                        "TLS",
                        List.of(
                                "The files of --tls-cert and --tls-key may be replaced at any time: a new connection sees the"
                                        + " new certificate. What is not right then, such as a certificate whose key has not been"
                                        + " written yet, is passed over, and the one before shown.")),
                new Section(
                        "Metrics",
                        List.of(
                                "/metrics has these in the text format of Prometheus, for those who may list all repositories;"
                                        + " /healthz answers everybody.",
                                "estiba_registry_requests_total{method,code}: requests that were answered.",
                                "estiba_registry_received_bytes_total: bytes of requests' bodies.",
                                "estiba_registry_sent_bytes_total: bytes of answers' bodies.",
                                "estiba_registry_connections: open connections.",
                                "estiba_registry_uploads: uploads that were begun and have not ended.",
                                "estiba_registry_blobs: blobs in the store.",
                                "estiba_registry_blob_bytes: their bytes.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "registry serve");
        RegistryServeOptions options = options(call.flags(), call.caller()::hostPath, Registries.access(call.caller()));
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

    /** A file of this host, by how its caller names it. */
    @FunctionalInterface
    public interface NamedFile {
        /** @throws IOException when that cannot be told */
        String path(String name) throws IOException;
    }

    /**
     * What these flags ask for.
     *
     * @param access of whom requests to another registry are
     * @throws ApiException 400 for what makes no sense
     */
    public static RegistryServeOptions options(Parsed flags, NamedFile files, RegistryAccess access)
            throws IOException {
        Matcher address = ADDRESS.matcher(flags.text("addr"));
        if (!address.matches() || Integer.parseInt(address.group(2)) > MOST_PORT) {
            throw ApiException.badRequest("invalid address " + flags.text("addr") + ": it is HOST:PORT");
        }
        Optional<Path> htpasswd = file(flags, files, "htpasswd");
        if (htpasswd.isEmpty() && flags.isOn("token-auth")) {
            throw ApiException.badRequest("--token-auth needs --htpasswd: the file of who gets tokens");
        }
        return new RegistryServeOptions(
                address.group(1).isEmpty() ? "0.0.0.0" : address.group(1),
                Integer.parseInt(address.group(2)),
                Optional.of(flags.text("name")).filter(each -> !each.isEmpty()),
                flags.isOn("all"),
                htpasswd,
                flags.isOn("token-auth"),
                tls(flags, files),
                upstream(flags.text("mirror-of")),
                access);
    }

    private static Optional<Path> file(Parsed flags, NamedFile files, String flag) throws IOException {
        String file = flags.text(flag);
        return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(files.path(file)));
    }

    private static Optional<RegistryServeOptions.Tls> tls(Parsed flags, NamedFile files) throws IOException {
        Optional<Path> certificate = file(flags, files, "tls-cert");
        Optional<Path> key = file(flags, files, "tls-key");
        if (certificate.isPresent() != key.isPresent()) {
            throw ApiException.badRequest("--tls-cert and --tls-key go together: a certificate, and its key");
        }
        return certificate.map(each -> new RegistryServeOptions.Tls(each, key.orElseThrow()));
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
