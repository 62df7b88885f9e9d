package dev.estiba.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What is said of a command that there is not: which one was meant, or that it is docker's and not built. */
final class UnknownCommand {
    private static final int NEAR = 2;
    private static final String SWARM = "there are no swarms here: a daemon is one machine";
    private static final String PLUGINS = "the engine takes no plug-ins of Docker's";
    private static final String BUILD =
            "building images is not built yet: docker, podman or buildah build one, 'estiba load' takes it in";

    /** Docker's, by their first word. */
    private static final Map<String, String> NOT_BUILT = Map.ofEntries(
            Map.entry("build", BUILD),
            Map.entry("builder", BUILD),
            Map.entry("buildx", BUILD),
            Map.entry("bake", BUILD),
            Map.entry(
                    "compose",
                    "docker's compose works with this daemon: DOCKER_HOST=unix:///run/estiba/docker.sock docker compose"),
            Map.entry("checkpoint", "checkpoints are not built yet"),
            Map.entry("search", "registries are not searched; 'estiba pull' brings what has a name"),
            Map.entry("manifest", "lists of manifests are not made here; 'estiba image cp' copies them as they are"),
            Map.entry("plugin", PLUGINS),
            Map.entry(
                    "trust",
                    "signatures are not made here; 'estiba pull --referrers' brings those of cosign and notation"),
            Map.entry("swarm", SWARM),
            Map.entry("node", SWARM),
            Map.entry("service", SWARM),
            Map.entry("stack", SWARM),
            Map.entry("secret", SWARM),
            Map.entry("config", SWARM),
            Map.entry("volume update", SWARM),
            Map.entry("image build", BUILD));

    private UnknownCommand() {}

    /** The lines for a person. */
    static List<String> lines(String typed) {
        String first = typed.split(" ")[0];
        Optional<String> notBuilt =
                Optional.ofNullable(NOT_BUILT.get(typed)).or(() -> Optional.ofNullable(NOT_BUILT.get(first)));
        if (notBuilt.isPresent()) {
            return List.of("estiba: " + typed + ": " + notBuilt.get());
        }
        String help = "See 'estiba " + (typed.contains(" ") ? first + " " : "") + "--help'.";
        String unknown = "estiba: unknown command: estiba " + typed;
        return meant(typed)
                .map(word -> List.of(unknown, "Did you mean 'estiba " + word + "'?", help))
                .orElse(List.of(unknown, help));
    }

    /** The one that the fewest letters are wrong of. */
    private static Optional<String> meant(String typed) {
        String nearest = "";
        int least = Math.min(NEAR, typed.length() / 2) + 1;
        List<String> words = Stream.concat(
                        Stream.of(CommandName.values()).map(CommandName::word), CommandName.GROUPS.stream())
                .toList();
        for (String word : words) {
            int distance = distance(typed, word);
            if (distance < least) {
                least = distance;
                nearest = word;
            }
        }
        return Optional.of(nearest).filter(word -> !word.isEmpty());
    }

    /** How many letters are to be put in, taken out or replaced (Levenshtein), where two neighbours that change places are one. */
    static int distance(String from, String to) {
        int[][] costs = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                costs[i][j] = i == 0 || j == 0 ? i + j : cost(costs, from, to, i, j);
            }
        }
        return costs[from.length()][to.length()];
    }

    private static int cost(int[][] costs, String from, String to, int i, int j) {
        boolean isSame = from.charAt(i - 1) == to.charAt(j - 1);
        int cost = Math.min(costs[i - 1][j - 1] + (isSame ? 0 : 1), Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
        boolean isSwapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return isSwapped ? Math.min(cost, costs[i - 2][j - 2] + 1) : cost;
    }
}
