package dev.estiba.content.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random layers, put on one another by overlayfs, and by us. */
@Tag("kernel")
class OverlayKernelTest {
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 200 : 10;
    private static final List<String> NAMES = List.of("a", "b", "c", "d\né", "e");
    /** In a directory that only one layer has, overlayfs lists whiteouts, and says that there is nothing of their names. */
    private static final String WALK = """
            mount -t overlay -o ro,lowerdir="$1" overlay "$2" && cd "$2" || exit
            find . -mindepth 1 -printf '%P|%M|%U|%G|%y:%s|%i|%l\\0' 2>/dev/null
            exit 0
            """;

    private static final String LIST = "find . -printf '%P|%M|%U|%G|%T@|%y:%s|%i|%l\\0' 2>/dev/null; exit 0";

    @TempDir
    Path directory;

    private static void grow(LayerTrees.Layer layer, String in, int depth, SplittableRandom random) throws IOException {
        for (String name : NAMES) {
            String path = in + name;
            switch (random.nextInt(7)) {
                case 0 -> layer.file(path, "x".repeat(random.nextInt(5000)));
                case 1 -> layer.link(path, name);
                case 2 -> layer.whiteout(path);
                case 3, 4 -> {
                    layer.directory(path);
                    if (random.nextInt(3) == 0) {
                        layer.opaque(path);
                    }
                    if (depth > 0) {
                        grow(layer, path + "/", depth - 1, random);
                    }
                }
                case 5 -> {
                    layer.file(path + ".1", "y".repeat(random.nextInt(5000)));
                    layer.hardLink(path, path + ".1");
                }
                default -> assertThat(path).isNotEmpty(); // the layer has nothing of it
            }
        }
    }

    private static String merged(List<Path> trees, Path mount) throws Exception {
        return merged(WALK, trees, mount);
    }

    private static String merged(String script, List<Path> trees, Path mount) throws Exception {
        List<Path> lowers = new ArrayList<>(trees);
        Collections.reverse(lowers);
        String joined = lowers.stream().map(Path::toString).collect(Collectors.joining(":"));
        Process process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        joined,
                        mount.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] out = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return new String(out, StandardCharsets.UTF_8);
    }

    /** As {@link #WALK} prints it, without inodes. */
    private static List<String> ours(List<Path> trees) throws IOException {
        return ImageDiff.of(List.of(), trees, 100_000).files().stream()
                .map(each -> {
                    FileState state = each.after().orElseThrow();
                    return String.join(
                            "|",
                            new String(each.path().toArray(), StandardCharsets.UTF_8),
                            state.permissions(),
                            Long.toString(state.uid()),
                            Long.toString(state.gid()),
                            Long.toString(state.size()),
                            new String(state.target().toArray(), StandardCharsets.UTF_8));
                })
                .sorted()
                .toList();
    }

    @Test
    void theMergedTreeIsTheKernels() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "mounting needs root");
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Path place = Files.createDirectories(directory.resolve("round" + round));
            LayerTrees layers = new LayerTrees(place);
            int count = 2 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                grow(layers.layer(), "", 3, random);
            }
            String merged = merged(layers.trees(), Files.createDirectories(place.resolve("mount")));
            List<String> kernels = new ArrayList<>();
            Map<String, Long> files = new HashMap<>();
            for (String line : merged.split("\0")) {
                String[] f = line.split("\\|", -1);
                if (f.length == 7) {
                    boolean isFile = f[4].startsWith("f:");
                    long size = isFile ? Long.parseLong(f[4].substring(2)) : 0;
                    kernels.add(String.join("|", f[0], f[1], f[2], f[3], Long.toString(size), f[6]));
                    if (isFile) {
                        files.put(f[5], size);
                    }
                }
            }
            Collections.sort(kernels);
            assertThat(ours(layers.trees()))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(kernels);
            ImageTree tree = ImageTree.of(layers.trees(), 0);
            long entries = tree.layers().stream()
                    .mapToLong(each -> each.added().entries() - each.removed().entries())
                    .sum();
            assertThat(entries).as("seed %s, round %s", seed, round).isEqualTo(kernels.size());
            assertThat(tree.bytes() - tree.wasted())
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(
                            files.values().stream().mapToLong(Long::longValue).sum());
        }
    }

    /** With times; without inodes, but with the names that one file has. */
    private static List<String> seen(String walked) {
        Map<String, List<String>> names = new HashMap<>();
        List<String[]> lines = new ArrayList<>();
        for (String line : walked.split("\0")) {
            String[] f = line.split("\\|", -1);
            if (f.length == 8) {
                lines.add(f);
                names.computeIfAbsent(f[6], _ -> new ArrayList<>()).add(f[0]);
            }
        }
        return lines.stream()
                .map(f -> {
                    boolean isFile = f[5].startsWith("f:");
                    List<String> same =
                            isFile ? names.get(f[6]).stream().sorted().toList() : List.of();
                    return String.join("|", f[0], f[1], f[2], f[3], f[4], isFile ? f[5] : "", f[7], same.toString());
                })
                .sorted()
                .toList();
    }

    @Test
    void aCopyIsWhatTheKernelShows() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "mounting needs root");
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Path place = Files.createDirectories(directory.resolve("copy" + round));
            LayerTrees layers = new LayerTrees(place);
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                LayerTrees.Layer layer = layers.layer();
                grow(layer, "", 3, random);
                Files.setAttribute(layer.tree(), "unix:mode", 040700 | random.nextInt(01000));
                Files.setAttribute(layer.tree(), "unix:gid", random.nextInt(1000));
            }
            Path copy = Files.createDirectory(place.resolve("copied"));
            try (Fd target = Open.absolute(copy.toString(), Open.How.directory())) {
                MergedCopy.make(layers.trees().reversed(), target, Owners.SAME);
            }
            Path mount = Files.createDirectories(place.resolve("mount"));
            List<Path> trees = new ArrayList<>(layers.trees());
            trees.addFirst(Files.createDirectory(place.resolve("empty"))); // one layer alone is no overlay
            assertThat(seen(merged("cd \"$1\" && " + LIST, List.of(copy), mount)))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(seen(merged(
                            "mount -t overlay -o ro,lowerdir=\"$1\" overlay \"$2\" && cd \"$2\" || exit\n" + LIST,
                            trees,
                            mount)));
        }
    }
}
