package dev.estiba.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTextTest {
    @TempDir
    private Path directory;

    @Test
    void everyTrackedFileKeepsToTheRules() throws IOException, InterruptedException {
        String repository = System.getProperty("estiba.repo", "");
        assumeTrue(!repository.isEmpty(), "only ./dev test sets estiba.repo");
        Path root = Path.of(repository);
        assumeTrue(Files.exists(root.resolve(".git")), "this is not a git checkout, so what is tracked is not known");
        List<String> found = new ArrayList<>();
        for (Path file : tracked(root)) {
            if (Files.isRegularFile(root.resolve(file))) {
                found.addAll(RepositoryText.violations(root, file));
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void aPlaceOutsideTheRepositoryIsFound() throws IOException {
        assertThat(violations("a.txt", "see /wo" + "rk/elsewhere/x and ../sha" + "red/y, not ./home/x or a/work/x\n"))
                .containsExactly(
                        "a.txt names a place outside the repository: /wo" + "rk/elsewhere",
                        "a.txt names a place outside the repository: ../sha" + "red");
    }

    @Test
    void aDeadLinkIsFound() throws IOException {
        Files.createFile(directory.resolve("there.md"));
        assertThat(violations("a.md", "[a](there.md#part) [b](gone.md) [c](https://example.org/) [d](#here)\n"))
                .containsExactly("a.md links to gone.md, which is not there");
    }

    @Test
    void lineEndsAreLookedAt() throws IOException {
        assertThat(violations("a.txt", "one\r\ntwo"))
                .containsExactly("a.txt has carriage returns", "a.txt does not end with a newline");
    }

    @Test
    void whatIsNotTextPasses() throws IOException {
        Files.write(directory.resolve("a.bin"), new byte[] {(byte) 0xFF, (byte) 0xFE, '\r'});
        assertThat(RepositoryText.violations(directory, Path.of("a.bin"))).isEmpty();
        assertThat(violations("b.bin", "a\0b")).isEmpty();
    }

    private List<String> violations(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
        return RepositoryText.violations(directory, Path.of(name));
    }

    private static List<Path> tracked(Path root) throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "-C", root.toString(), "ls-files", "-z")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as("status of git ls-files").isZero();
        return List.of(names.split("\0")).stream().map(Path::of).toList();
    }
}
