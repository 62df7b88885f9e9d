package dev.estiba.testkit.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole program, in a JVM of its own, on tests that are compiled for it: were they test classes of this module, the
 * real run would count them.
 */
class TestRunnerTest {
    private static final String IMPORTS = """
            import java.util.stream.Stream;
            import org.junit.jupiter.api.*;
            import org.junit.jupiter.params.ParameterizedTest;
            import org.junit.jupiter.params.provider.ValueSource;
            import static org.junit.jupiter.api.Assumptions.assumeTrue;
            import static org.assertj.core.api.Assertions.assertThat;
            """;

    @TempDir
    private Path directory;

    private record Run(int status, List<String> lines) {
        String last() {
            return lines.getLast();
        }
    }

    @Test
    void aGoodRunEndsWithTheCountsAndStatusZero() throws IOException, InterruptedException {
        Run run = runner("""
                class Good {
                    @Test void one() { System.out.println("chatter"); }
                    @ParameterizedTest @ValueSource(ints = {1, 2, 3}) void many(int number) {}
                    @Test void needsRoot() { assumeTrue(false, "this is not root"); }
                    @Test @Disabled("until issue 7") void later() {}
                }
                """);
        assertThat(run.last()).isEqualTo("4 passed, 0 failed, 2 skipped");
        assertThat(run.lines())
                .doesNotContain("chatter")
                .containsSequence("Skipped 1, Assumption failed: this is not root:", "    Good.needsRoot")
                .containsSequence("Skipped 1, until issue 7:", "    Good.later");
        assertThat(run.status()).isZero();
    }

    @Test
    void aFailureShowsItsAssertionItsLineAndWhatWasPrinted() throws IOException, InterruptedException {
        Run run = runner("""
                class Bad {
                    @Test void adds() {
                        System.out.println("about to add");
                        assertThat(1 + 1).isEqualTo(3);
                    }
                    @Test void passes() {}
                }
                """);
        assertThat(run.last()).isEqualTo("1 passed, 1 failed, 0 skipped");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines())
                .contains("FAILED Bad.adds", "    expected: 3", "     but was: 2", "    about to add")
                .anyMatch(line -> line.startsWith("      at Bad.adds(Bad.java:"))
                .noneMatch(line -> line.contains("org.junit."));
    }

    @Test
    void aSilentSkipFails() throws IOException, InterruptedException {
        Run run = runner("""
                class Silent {
                    @Test void assumes() { assumeTrue(false); }
                    @Test @Disabled void disabled() {}
                    @Test void passes() {}
                }
                """);
        assertThat(run.last()).isEqualTo("1 passed, 2 failed, 0 skipped");
        assertThat(run.lines()).containsSequence("FAILED Silent.assumes", "    was skipped without saying why");
    }

    @Test
    void aClassThatCannotBeSetUpFailsAndOneThatIsSkippedCountsItsTests() throws IOException, InterruptedException {
        Run run = runner("""
                class Setup {
                    @Nested class Broken {
                        @BeforeAll static void prepare() { throw new IllegalStateException("no room"); }
                        @Test void one() {}
                        @Test void two() {}
                    }
                    @Nested class Skipped {
                        @BeforeAll static void prepare() { assumeTrue(false, "no kernel"); }
                        @Test void one() {}
                        @Test void two() {}
                    }
                    @Test void passes() {}
                }
                """);
        assertThat(run.last()).isEqualTo("1 passed, 1 failed, 2 skipped");
        assertThat(run.lines())
                .containsSequence("FAILED Setup$Broken", "    java.lang.IllegalStateException: no room")
                .contains("Skipped 2, Assumption failed: no kernel:");
    }

    @Test
    void quickLeavesOutWhatNeedsAKernelOrPeers() throws IOException, InterruptedException {
        String source = """
                class Tagged {
                    @Test @Tag("kernel") void kernel() {}
                    @Test @Tag("peer") void peer() {}
                    @Test void unit() {}
                }
                """;
        assertThat(runner(source).last()).isEqualTo("3 passed, 0 failed, 0 skipped");
        assertThat(runner(source, "--quick").last()).isEqualTo("1 passed, 0 failed, 0 skipped");
    }

    @Test
    void whatFailedIsTriedAgainAloneAndBothAreTold() throws IOException, InterruptedException {
        String source = """
                class Unsteady {
                    @Test void always() { assertThat(1).isEqualTo(2); }
                    @TestFactory Stream<DynamicTest> made() {
                        return Stream.of(DynamicTest.dynamicTest("once", () -> once("dynamic")),
                                DynamicTest.dynamicTest("good", () -> {}));
                    }
                    @ParameterizedTest @ValueSource(ints = {7, 8}) void given(int number) { once("given " + number); }
                    static void once(String key) {
                        assertThat(System.setProperty("unsteady " + key, "")).as("the first of " + key).isNotNull();
                    }
                }
                """;
        Run run = runner(source, "--second-tries", "4");
        assertThat(run.last()).isEqualTo("4 passed, 1 failed, 0 skipped");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines())
                .contains("FAILED Unsteady.always")
                .contains("UNSTEADY (it passed when it was tried again, alone) Unsteady.made once")
                .contains("UNSTEADY (it passed when it was tried again, alone) Unsteady.given [2] number = 8")
                .anyMatch(line -> line.contains("[the first of dynamic]"));
    }

    @Test
    void whenManyFailNoneIsTriedAgain() throws IOException, InterruptedException {
        Run run = runner("""
                class Many {
                    static int calls;
                    @ParameterizedTest @ValueSource(ints = {1, 2, 3}) void fails(int number) {
                        assertThat(calls++).isGreaterThan(2);
                    }
                }
                """, "--second-tries", "2");
        assertThat(run.last()).isEqualTo("0 passed, 3 failed, 0 skipped");
    }

    @Test
    void guestsComeWhenAllOthersHaveEnded() throws IOException, InterruptedException {
        String source = """
                class Tagged {
                    @Nested @TestMethodOrder(MethodOrderer.MethodName.class) class Two {
                        @Test @Tag("guest") void first() { assertThat(Boolean.getBoolean("others")).isTrue(); }
                        @Test void second() { System.setProperty("others", "true"); }
                    }
                }
                """;
        assertThat(runner(source).last()).isEqualTo("2 passed, 0 failed, 0 skipped");
    }

    @Test
    void aNameSelectsClassesMethodsAndSteps() throws IOException, InterruptedException {
        String source = """
                class Named {
                    @Test void one() {}
                    @Test void two() {}
                }
                """;
        assertThat(runner(source, "--step", "format", "false", "Nam").last())
                .isEqualTo("2 passed, 0 failed, 0 skipped");
        assertThat(runner(source, "Named#two").last()).isEqualTo("1 passed, 0 failed, 0 skipped");
        assertThat(runner(source, "--step", "format", "true", "form").last())
                .isEqualTo("1 passed, 0 failed, 0 skipped");
    }

    @Test
    void aNameThatMatchesNothingFails() throws IOException, InterruptedException {
        Run run = runner("class Named { @Test void one() {} }", "Nothing");
        assertThat(run.lines())
                .containsExactly("No test has this in its name: Nothing", "0 passed, 0 failed, 0 skipped");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aHungTestIsNamedWithWhereItHangs() throws IOException, InterruptedException {
        Run run = runner("""
                class Hangs {
                    @Test void forever() { while (true) { java.util.concurrent.locks.LockSupport.park(); } }
                }
                """, "--patience", "5"); // a busy machine has been seen to need a second before the first test
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.last()).isEqualTo("0 passed, 1 failed, 0 skipped");
        assertThat(run.lines())
                .contains("FAILED Hangs.forever")
                .anyMatch(line -> line.contains("at Hangs.forever(Hangs.java:"));
    }

    @Test
    void aWrongOptionIsRefused() throws IOException, InterruptedException {
        Run run = runner("class Unused {}", "--slow");
        assertThat(run.lines()).containsExactly("test: unknown option --slow");
        assertThat(run.status()).isEqualTo(2);
    }

    private Run runner(String source, String... words) throws IOException, InterruptedException {
        compile(source);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                directory + ":" + System.getProperty("java.class.path"),
                TestRunner.class.getName(),
                "--classes",
                directory.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output.lines().toList());
    }

    private void compile(String source) throws IOException {
        String name = source.substring("class ".length(), source.indexOf('{')).strip();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return IMPORTS + source;
                    }
                };
        StringWriter complaints = new StringWriter();
        List<String> options = List.of(
                "-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-parameters");
        boolean compiled = compiler.getTask(complaints, null, null, options, null, List.of(file))
                .call();
        assertThat(compiled).as("%s", complaints).isTrue();
        assertThat(Files.exists(directory.resolve(name + ".class")))
                .as(String.format(Locale.ROOT, "%s.class", name))
                .isTrue();
    }
}
