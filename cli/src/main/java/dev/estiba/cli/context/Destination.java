package dev.estiba.cli.context;

import dev.estiba.cli.Caller;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a call goes, by Docker's rules: {@code --host} or {@code --context}, then {@code DOCKER_HOST}, then {@code DOCKER_CONTEXT}, then the
 * context that {@code context use} has chosen, else the engine of this machine.
 *
 * @param caller the same, without the flags that stand before the command; what they say is in his environment
 * @param endpoint empty: the engine of this machine
 */
public record Destination(Caller caller, Optional<Endpoint> endpoint) {
    /** The flags before a command. */
    public static final FlagSet FLAGS = new FlagSet(
            true,
            List.of(
                    Flag.text("config", "Docker's directory of the caller's (default ~/.docker)"),
                    Flag.text("context", "The context whose daemon is asked").letter('c'),
                    Flag.onOff("debug", "Has no effect: what is needed is said").letter('D'),
                    Flag.list("host", "The daemon that is asked: unix://PATH, tcp://HOST:PORT, ssh://USER@HOST")
                            .letter('H'),
                    Flag.text("log-level", "Has no effect: what is needed is said")
                            .letter('l'),
                    Flag.onOff("tls", "TLS with tcp://, whoever the daemon is"),
                    Flag.text("tlscacert", "The authorities of daemons (default ~/.docker/ca.pem)"),
                    Flag.text("tlscert", "The certificate of the caller (default ~/.docker/cert.pem)"),
                    Flag.text("tlskey", "The key of the certificate (default ~/.docker/key.pem)"),
                    Flag.onOff("tlsverify", "TLS with tcp://, with a daemon of these authorities")));

    static final String HOST = "DOCKER_HOST", CONTEXT = "DOCKER_CONTEXT", CONFIG = "DOCKER_CONFIG";
    private static final String CERTIFICATES = "DOCKER_CERT_PATH", VERIFY = "DOCKER_TLS_VERIFY";
    private static final Set<String> NO_FLAGS = Set.of("--help", "-h", "--version", "-v");

    /**
     * @throws UsageException about the flags
     * @throws IOException with a sentence about a context or a file
     */
    public static Destination of(Caller caller) throws IOException, UsageException {
        List<String> words = caller.arguments();
        boolean hasFlags = !words.isEmpty() && words.getFirst().startsWith("-") && !NO_FLAGS.contains(words.getFirst());
        Parsed flags = FLAGS.parse(hasFlags ? words : List.of());
        List<String> rest = flags.wantsHelp() ? List.of("--help") : hasFlags ? flags.arguments() : words;
        Caller meant = new RearrangedCaller(caller, rest, environment(caller, flags));
        boolean isOfContexts = !rest.isEmpty() && rest.getFirst().equals("context");
        return new Destination(meant, isOfContexts ? Optional.empty() : endpoint(meant, flags));
    }

    private static Map<String, String> environment(Caller caller, Parsed flags) throws UsageException {
        List<String> hosts = flags.all("host");
        String context = flags.text("context");
        if (!hosts.isEmpty() && !context.isEmpty()) {
            throw new UsageException(1, "conflicting options: cannot specify both --host and --context");
        }
        if (hosts.size() > 1) {
            throw new UsageException(1, "specify only one -H");
        }
        Map<String, String> environment = new HashMap<>(caller.environment());
        if (flags.isGiven("config")) {
            environment.put(CONFIG, flags.text("config"));
        }
        if (!hosts.isEmpty()) {
            environment.put(HOST, hosts.getFirst());
        }
        if (!context.isEmpty()) {
            environment.remove(HOST);
            environment.put(CONTEXT, context);
        }
        return environment;
    }

    /** Docker's directory of a caller's, on this host. */
    public static Path config(Caller caller) throws IOException {
        String given = caller.environment().getOrDefault(CONFIG, "");
        String home = caller.environment().getOrDefault("HOME", "");
        return Path.of(caller.hostPath(given.isEmpty() ? home + "/.docker" : given));
    }

    /** The name of the context that counts. */
    public static String context(Caller caller) throws IOException {
        Map<String, String> environment = caller.environment();
        if (!environment.getOrDefault(HOST, "").isEmpty()) {
            return StoredContext.DEFAULT;
        }
        String named = environment.getOrDefault(CONTEXT, "");
        String name = named.isEmpty() ? current(caller) : named;
        return name.isEmpty() ? StoredContext.DEFAULT : name;
    }

    /** As with Docker's command a file that cannot be read is told of, and has chosen nothing. */
    private static String current(Caller caller) throws IOException {
        try {
            return new ContextStore(config(caller)).current();
        } catch (IOException e) {
            String warning = "WARNING: Error loading config file: " + Failures.of(e) + "\n";
            caller.err().write(warning.getBytes(StandardCharsets.UTF_8));
            return "";
        }
    }

    /**
     * Whether somebody with such an environment has chosen another daemon than the one of this machine, or may have.
     *
     * @param own the socket of the one of this machine
     */
    public static boolean isChosen(Map<String, String> environment, Path own) {
        String host = environment.getOrDefault(HOST, "");
        if (host.equals("unix://" + own)) {
            return false;
        }
        if (!host.isEmpty() || !environment.getOrDefault(CONTEXT, "").isEmpty()) {
            return true;
        }
        String given = environment.getOrDefault(CONFIG, "");
        String home = environment.getOrDefault("HOME", "");
        String directory = given.isEmpty() ? home + "/.docker" : given;
        try {
            return directory.startsWith("/")
                    && !new ContextStore(Path.of(directory)).current().isEmpty();
        } catch (IOException | IllegalArgumentException e) {
            return true; // whoever carries it out says so
        }
    }

    private static Optional<Endpoint> endpoint(Caller caller, Parsed flags) throws IOException {
        String host = caller.environment().getOrDefault(HOST, "");
        if (!host.isEmpty()) {
            return Optional.of(ofHost(caller, flags, host));
        }
        String name = context(caller);
        if (name.equals(StoredContext.DEFAULT)) {
            return Optional.empty();
        }
        Path config = config(caller);
        StoredContext context = new ContextStore(config)
                .find(name)
                .orElseThrow(() -> new IOException("context \"" + name + "\" is not in " + config
                        + "/contexts; 'estiba context ls' shows those that are, 'estiba context use default'"
                        + " chooses the engine of this machine"));
        boolean hasTls = !context.tls().isEmpty() || context.skipsVerification();
        return context.host().isEmpty()
                ? Optional.empty()
                : Optional.of(new Endpoint(context.host(), hasTls, !context.skipsVerification(), context.tls()));
    }

    private static Endpoint ofHost(Caller caller, Parsed flags, String host) throws IOException {
        boolean isAsked = !caller.environment().getOrDefault(VERIFY, "").isEmpty();
        boolean verifies = flags.isGiven("tlsverify") ? flags.isOn("tlsverify") : isAsked;
        boolean hasTls = verifies || flags.isOn("tls") || flags.isGiven("tlsverify");
        if (!hasTls) {
            return new Endpoint(host, false, false, TlsFiles.NONE);
        }
        String directory = caller.environment().getOrDefault(CERTIFICATES, "");
        Path usual = directory.isEmpty() ? config(caller) : Path.of(caller.hostPath(directory));
        TlsFiles found = TlsFiles.in(usual);
        return new Endpoint(
                host,
                true,
                verifies,
                new TlsFiles(
                        given(caller, flags, "tlscacert").or(found::ca),
                        given(caller, flags, "tlscert").or(found::cert),
                        given(caller, flags, "tlskey").or(found::key)));
    }

    /** A file that was named has to be there. */
    static Optional<String> given(Caller caller, Parsed flags, String flag) throws IOException {
        return flags.isGiven(flag) ? Optional.of(named(caller, flags.text(flag))) : Optional.empty();
    }

    static String named(Caller caller, String path) throws IOException {
        return TlsFiles.file(Path.of(caller.hostPath(path)))
                .orElseThrow(() -> new IOException("there is no file " + path));
    }

    /** What a command line has before its command: how many words. */
    public static int length(List<String> words) {
        List<String> rest = new ArrayList<>(words);
        try {
            if (words.isEmpty() || !words.getFirst().startsWith("-")) {
                return 0;
            }
            Parsed flags = FLAGS.parse(rest);
            return flags.wantsHelp() ? 0 : words.size() - flags.arguments().size();
        } catch (UsageException unfinished) {
            return 0;
        }
    }
}
