package dev.estiba.daemon.settings;

import dev.estiba.api.ApiException;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A daemon's settings in daemon.json's terms.
 *
 * @param hosts empty: not said
 * @param pidFile where the daemon's number is written
 * @param logLevel the least that is logged: {@code debug}, {@code info}, {@code warn}, {@code error}, {@code fatal}
 * @param proxies to registries, as variables of an environment
 * @param tls what is said of clients on TCP, by {@link TlsFiles#NAMES}
 * @param metrics where what is measured can be read, IP:PORT; absent: nothing is measured
 * @param doors what it speaks; empty: not said
 * @param registry flags of {@code registry serve}
 * @param engine what the engine is told
 * @param reloadable keys that a reload changes, by their text, for who hears of it
 * @param told for a person: what has no effect, and why
 */
public record DaemonFile(
        Optional<String> dataRoot,
        Optional<String> execRoot,
        Optional<String> group,
        List<String> hosts,
        Optional<String> pidFile,
        String logLevel,
        Map<String, String> proxies,
        Map<String, String> tls,
        Optional<String> metrics,
        List<String> doors,
        List<String> registry,
        EngineSettings engine,
        Map<String, String> reloadable,
        List<String> told) {
    /** A file that is not there. */
    public static final DaemonFile NOTHING = new DaemonFile(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            "info",
            Map.of(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            EngineSettings.USUAL,
            DaemonFileReader.usual(),
            List.of());

    private static final int MOST_BYTES = 4 << 20;

    public DaemonFile {
        hosts = List.copyOf(hosts);
        proxies = Map.copyOf(proxies);
        tls = Map.copyOf(tls);
        doors = List.copyOf(doors);
        registry = List.copyOf(registry);
        reloadable = Map.copyOf(reloadable);
        told = List.copyOf(told);
    }

    /** The same, where {@code --security} says that of containers. */
    public DaemonFile withSecurity(String word) {
        return new DaemonFile(
                dataRoot,
                execRoot,
                group,
                hosts,
                pidFile,
                logLevel,
                proxies,
                tls,
                metrics,
                doors,
                registry,
                engine.withSecurity(word),
                reloadable,
                told);
    }

    /**
     * @param asked whether somebody has named the file: then it must be there
     * @throws ApiException in words for a person, with the file's name
     */
    public static DaemonFile read(Path file, boolean asked) throws ApiException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw unusable(file, "it is larger than any configuration (" + MOST_BYTES + " bytes)");
            }
            byte[] document = Files.readAllBytes(file);
            if (new String(document, StandardCharsets.ISO_8859_1).isBlank()) {
                return NOTHING;
            }
            return new DaemonFileReader().read(document);
        } catch (NoSuchFileException e) {
            if (asked) {
                throw unusable(file, "no such file or directory");
            }
            return NOTHING;
        } catch (ApiException e) {
            throw unusable(file, e.message());
        } catch (DocumentException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        }
    }

    private static ApiException unusable(Path file, String why) {
        return ApiException.badRequest("unable to configure the daemon with file " + file + ": " + why);
    }
}
