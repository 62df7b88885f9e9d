package dev.estiba.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules, on violations planted for them: a rule that finds nothing anywhere would pass every code base. */
class RulesFindViolationsTest {
    private static final String PLANTED = "dev.estiba.rules.planted";

    private final JavaClasses planted = MainClasses.planted();

    private static House house() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        arrows.put("linux", Set.of());
        arrows.put("oci", Set.of());
        arrows.put("runtime", Set.of("linux", "oci"));
        return new House(PLANTED, arrows);
    }

    @Test
    void anArrowDownIsFound() {
        assertThat(new Arrows(house()).violations(planted))
                .anySatisfy(sentence -> assertThat(sentence)
                        .startsWith("linux may not use runtime: ")
                        .contains("ProcessUtil.fine()", "runtime.Fine"));
    }

    @Test
    void anArrowBetweenNeighboursIsFound() {
        assertThat(new Arrows(house()).violations(planted))
                .anySatisfy(sentence -> assertThat(sentence)
                        .startsWith("oci may not use linux: ")
                        .contains("Forbidden.upwards()"));
    }

    @Test
    void aModuleThatIsNotInTheHouseIsFound() {
        assertThat(new Arrows(house()).violations(planted))
                .contains(PLANTED + ".stray.Stray is in module stray, which is not in House");
    }

    @Test
    void aCleanModuleHasNoViolation() {
        assertThat(new Arrows(house()).violations(planted)).noneMatch(sentence -> sentence.startsWith("runtime "));
        assertThat(forbidden(Set.of(), Set.of())).noneMatch(sentence -> sentence.contains("Fine"));
    }

    @Test
    void aHouseWithAnArrowDownIsRefused() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        arrows.put("linux", Set.of("oci"));
        arrows.put("oci", Set.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new House(PLANTED, arrows))
                .withMessage("linux -> oci does not point up");
    }

    @Test
    void foreignMemoryOutsideLinuxIsFound() {
        List<String> found = new Arrows(house()).foreignOutsideLinux(planted);
        assertThat(found)
                .isNotEmpty()
                .allSatisfy(sentence -> assertThat(sentence)
                        .startsWith("only linux may use java.lang.foreign: ")
                        .contains("oci.Forbidden.foreign()"));
    }

    @ParameterizedTest
    @CsvSource({
        "environment, System.getenv",
        "environment, System.getProperty",
        "streams, System.out",
        "exit, System.exit",
        "localeByReference, String.toLowerCase",
        "locale, String.formatted",
        "locale, String.format",
        "charset, String.getBytes",
        "zone, LocalDate.now",
        "sleep, Thread.sleep",
        "directory, Path.toAbsolutePath",
        "fork, ProcessBuilder.<init>",
    })
    void aForbiddenCallIsFound(String method, String call) {
        assertThat(forbidden(Set.of(), Set.of()))
                .anySatisfy(sentence -> assertThat(sentence)
                        .startsWith(call + " ")
                        .contains(PLANTED + ".oci.Forbidden." + method + "("));
    }

    @Test
    void aMainMayTouchTheProcessAndNothingElse() {
        List<String> left = forbidden(Set.of(PLANTED + ".oci.Forbidden"), Set.of());
        assertThat(left).noneMatch(sentence -> sentence.contains("belongs to the process"));
        assertThat(left).anyMatch(sentence -> sentence.startsWith("String.getBytes "));
        assertThat(left).anyMatch(sentence -> sentence.startsWith("ProcessBuilder.<init> "));
    }

    @Test
    void aPackageForItMayStartProcesses() {
        assertThat(forbidden(Set.of(), Set.of(PLANTED + ".oci")))
                .noneMatch(sentence -> sentence.startsWith("ProcessBuilder.<init> "));
    }

    @Test
    void anEmptyNameIsFound() {
        assertThat(Names.emptyNames(planted))
                .containsExactly(PLANTED + ".linux.ProcessUtil has a name that does not say what it is");
    }

    @Test
    void staticStateIsFound() {
        assertThat(Names.mutableStatics(planted))
                .containsExactly(
                        PLANTED + ".linux.ProcessUtil.CACHE is static and can change",
                        PLANTED + ".linux.ProcessUtil.counter is static and can change");
    }

    @Test
    void anUnmarkedPackageIsFound() {
        assertThat(Names.unmarkedPackages(planted))
                .containsExactly(
                        PLANTED + ".linux has no package-info.java with @NullMarked",
                        PLANTED + ".stray has no package-info.java with @NullMarked");
    }

    @Test
    void anOldClassFileIsFound(@TempDir Path directory) throws IOException {
        Path jar = directory.resolve("old.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            add(out, "Old.class", 49);
            add(out, "New.class", 50);
        }
        assertThat(OldClassFiles.violations(jar)).containsExactly("Old.class in old.jar has class file version 49");
    }

    private static void add(JarOutputStream out, String name, int version) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, (byte) version});
        out.closeEntry();
    }

    private List<String> forbidden(Set<String> mains, Set<String> starters) {
        return new ForbiddenCalls(mains, starters).violations(planted);
    }

    @Test
    void everythingPlantedWasRead() {
        assertThat(Stream.of("linux.ProcessUtil", "oci.Forbidden", "runtime.Fine", "stray.Stray"))
                .allSatisfy(name ->
                        assertThat(planted.contain(PLANTED + "." + name)).isTrue());
    }
}
