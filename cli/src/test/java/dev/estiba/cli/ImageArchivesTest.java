package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code save}, {@code load} and {@code import}, against an engine that has no images. */
class ImageArchivesTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @TempDir
    private Path directory;

    private int run(String... words) {
        caller = caller(words);
        return new EstibaProgram(engine).run(caller);
    }

    private FakeCaller caller(String... words) {
        FakeCaller made = new FakeCaller(words);
        made.directory = directory;
        made.in = new ByteArrayInputStream("input".getBytes(StandardCharsets.UTF_8));
        return made;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void saveWritesToStandardOutput() {
        assertThat(run("save", "a", "b:c", "--platform", "linux/arm64")).isZero();
        assertThat(caller.printed()).isEqualTo("half and whole");
        assertThat(engine.calls).containsExactly("save [a, b:c] [linux/arm64]");
    }

    @Test
    void saveRefusesATerminal() {
        caller = caller("save", "a");
        caller.terminals = Set.of(1);
        assertThat(new EstibaProgram(engine).run(caller)).isEqualTo(1);
        assertThat(caller.complained())
                .isEqualTo("estiba: cowardly refusing to save to a terminal. Use the -o flag or redirect\n");
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void nobodyReadingIsLikeDeathBySigpipe() {
        caller = caller("save", "a");
        caller.out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        assertThat(new EstibaProgram(engine).run(caller)).isEqualTo(141);
        assertThat(caller.complained()).isEmpty();
    }

    @Test
    void saveWritesAFileThatIsThereWhenItIsWhole() throws IOException {
        Files.writeString(directory.resolve("x.tar"), "old");
        engine.imagesFail = Optional.of(ApiException.notFound("No such image: a"));
        assertThat(run("save", "-o", "x.tar", "a")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: No such image: a\n");
        assertThat(directory.resolve("x.tar")).hasContent("old");
        assertThat(names()).containsExactly("x.tar");
        engine.imagesFail = Optional.empty();
        assertThat(run("save", "-o", "x.tar", "a")).isZero();
        assertThat(directory.resolve("x.tar")).hasContent("half and whole");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("x.tar"))))
                .isEqualTo("rw-------");
        assertThat(names()).containsExactly("x.tar");
        assertThat(caller.printed()).isEmpty();
    }

    @Test
    void saveRefusesPlacesWhereNoFileCanBe() throws IOException {
        Files.createDirectory(directory.resolve("there"));
        assertThat(run("save", "-o", "there", "a")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: cannot write to there: it is there, and no regular file\n");
        assertThat(run("save", "-o", "nope/x.tar", "a")).isEqualTo(1);
        assertThat(caller.complained())
                .isEqualTo("estiba: cannot write to nope/x.tar: directory \"nope\" does not exist\n");
        assertThat(engine.calls).isEmpty();
        assertThat(names()).containsExactly("there");
    }

    @Test
    void loadReadsAFileOrStandardInput() throws IOException {
        Files.writeString(directory.resolve("x.tar"), "a file");
        engine.progress.add(Progress.of("abc", "Loading layer", 1, 2));
        engine.progress.add(Progress.of("abc", "Loaded"));
        engine.progress.add(Progress.of("Loaded image: a:b"));
        assertThat(run("load", "-i", "x.tar", "--platform", "linux/arm64")).isZero();
        assertThat(caller.printed()).isEqualTo("Loaded image: a:b\n");
        assertThat(run("load")).isZero();
        assertThat(engine.calls).containsExactly("load [linux/arm64] a file", "load [] input");
    }

    @Test
    void loadShowsLayersOnATerminalUnlessItIsToBeQuiet() {
        engine.progress.add(Progress.of("abc", "Loaded"));
        engine.progress.add(Progress.of("Loaded image: a:b"));
        caller = caller("load");
        caller.terminals = Set.of(1);
        assertThat(new EstibaProgram(engine).run(caller)).isZero();
        // The first line is drawn once more when it was drawn before the second one came.
        assertThat(caller.printed()).startsWith("\u001b[2Kabc: Loaded\n").endsWith("\u001b[2KLoaded image: a:b\n");
        caller = caller("load", "-q");
        caller.terminals = Set.of(1);
        assertThat(new EstibaProgram(engine).run(caller)).isZero();
        assertThat(caller.printed()).isEqualTo("\u001b[2KLoaded image: a:b\n");
    }

    @Test
    void loadRefusesATerminalAndWhatIsNotThere() {
        caller = caller("load");
        caller.terminals = Set.of(0);
        assertThat(new EstibaProgram(engine).run(caller)).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: requested load from stdin, but stdin is empty\n");
        assertThat(run("load", "-i", "nope")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: open nope: no such file or directory\n");
        assertThat(run("load", "x.tar")).isEqualTo(1);
        assertThat(caller.complained()).contains("'estiba load' accepts no arguments");
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void importReadsAFileOrStandardInput() throws IOException {
        Files.writeString(directory.resolve("x.tar"), "a file");
        engine.progress.add(Progress.of("sha256:12"));
        assertThat(run("import", "-c", "CMD sh", "-c", "ENV A=b", "-m", "m", "--platform", "linux/arm64", "-", "a:b"))
                .isZero();
        assertThat(caller.printed()).isEqualTo("sha256:12\n");
        assertThat(run("import", "x.tar")).isZero();
        assertThat(engine.calls)
                .containsExactly(
                        "import ImportOptions[reference=Optional[a:b], changes=[CMD sh, ENV A=b],"
                                + " message=Optional[m], platform=Optional[linux/arm64]] input",
                        "import ImportOptions[reference=Optional.empty, changes=[], message=Optional.empty,"
                                + " platform=Optional.empty] a file");
    }

    @Test
    void importFetchesNothing() {
        assertThat(run("import", "https://example.org/x.tar")).isEqualTo(1);
        assertThat(caller.complained()).startsWith("estiba: import does not fetch https://example.org/x.tar: ");
        assertThat(run("import", "nope.tar")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: open nope.tar: no such file or directory\n");
        assertThat(run("import", "a", "b", "c")).isEqualTo(1);
        assertThat(caller.complained()).contains("requires at least 1 and at most 2 arguments");
        assertThat(engine.calls).isEmpty();
    }
}
