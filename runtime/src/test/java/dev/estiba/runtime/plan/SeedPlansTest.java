package dev.estiba.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.number.Abi;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The plans in {@code native/test/seeds}, which the executor's fuzzer starts from. {@code -Destiba.update=true} writes
 * them anew, when the format has changed or the planner has learned much.
 */
class SeedPlansTest {
    private static final Path SEEDS =
            Path.of(System.getProperty("estiba.repo", "")).resolve("native/test/seeds");

    private static void check(String name, Plan plan) throws Exception {
        Path seed = SEEDS.resolve(name);
        if (Boolean.getBoolean("estiba.update")) {
            Files.createDirectories(SEEDS);
            Files.write(seed, PlanEncoder.encode(plan, Abi.X86_64));
        }
        Plan read = PlanReader.read(Files.readAllBytes(seed), Abi.X86_64);
        assertThat(read.part(Actor.OUTER).steps()).isNotEmpty();
    }

    @Test
    void theSmallOneIsOfThisFormat() throws Exception {
        check("small.plan", SamplePlans.small());
    }

    @Test
    void dockersIsOfThisFormat() throws Exception {
        check("docker.plan", SamplePlans.docker());
    }
}
