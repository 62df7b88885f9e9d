package dev.estiba.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rules, on the code base. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CodeBaseTest {
    /** The programs. Whoever adds one adds it here, and says in its Javadoc what it reads from the process. */
    private static final Set<String> MAINS = Set.of(
            "dev.estiba.cli.ManPages",
            "dev.estiba.cli.command.CompletionFiles",
            "dev.estiba.daemon.CommandJvm",
            "dev.estiba.daemon.DaemonJvm",
            "dev.estiba.runtime.command.GrammarHeader",
            "dev.estiba.runtime.command.StaticAnswers",
            "dev.estiba.runtime.planner.Planner",
            "dev.estiba.testkit.bench.InProcess",
            "dev.estiba.testkit.bundle.MakeBundle",
            "dev.estiba.testkit.runner.TestRunner");

    private JavaClasses classes;

    @BeforeAll
    void read() throws IOException {
        classes = MainClasses.read();
    }

    @Test
    void everyModuleOfTheHouseWasRead() {
        House house = House.estiba();
        assertThat(house.arrows().keySet())
                .allSatisfy(module -> assertThat(classes.stream()
                                .anyMatch(type -> house.moduleOf(type.getName()).equals(Optional.of(module))))
                        .as("classes of %s", module)
                        .isTrue());
    }

    @Test
    void modulesUseOnlyWhatTheyMay() {
        assertThat(new Arrows(House.estiba()).violations(classes)).isEmpty();
    }

    @Test
    void onlyLinuxUsesForeignMemory() {
        assertThat(new Arrows(House.estiba()).foreignOutsideLinux(classes)).isEmpty();
    }

    @Test
    void nothingDependsOnTheProcessItRunsIn() {
        assertThat(new ForbiddenCalls(MAINS, Set.of("dev.estiba.testkit")).violations(classes))
                .isEmpty();
    }

    @Test
    void classNamesSaySomething() {
        assertThat(Names.emptyNames(classes)).isEmpty();
    }

    @Test
    void nothingStaticCanChange() {
        assertThat(Names.mutableStatics(classes)).isEmpty();
    }

    @Test
    void everyPackageSaysWhatMayBeNull() {
        assertThat(Names.unmarkedPackages(classes)).isEmpty();
    }

    @Test
    void everythingInTheTreeCanBeArchivedAheadOfTime() throws IOException {
        Optional<String> home = Optional.ofNullable(System.getProperty("estiba.home"));
        assumeTrue(home.isPresent(), "there is no tree: only ./dev test sets estiba.home");
        List<String> old = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(home.orElseThrow(), "lib"))) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                old.addAll(OldClassFiles.violations(jar));
            }
        }
        assertThat(old).isEmpty();
    }
}
