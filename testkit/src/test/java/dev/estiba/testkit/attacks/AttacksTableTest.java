package dev.estiba.testkit.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of attacks names tests that there are, and no test of an attack is missing in it. */
class AttacksTableTest {
    private static final List<Class<?>> CLASSES = List.of(
            DescriptorAttacksTest.class,
            IdentityAttacksTest.class,
            MountAttacksTest.class,
            TracingAttacksTest.class,
            WeakenedKernelTest.class);

    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<String> row = new ArrayList<>();
        try (InputStream table =
                Objects.requireNonNull(AttacksTableTest.class.getResourceAsStream("attacks.txt"), "attacks.txt")) {
            for (String line : new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(each -> !each.isBlank() && !each.startsWith("#"))
                    .toList()) {
                if (line.startsWith("[")) {
                    row = new ArrayList<>();
                    assertThat(rows.put(line, row)).as("twice: %s", line).isNull();
                } else {
                    row.add(line);
                }
            }
        }
        return rows;
    }

    private static Set<String> tests() {
        Set<String> tests = new TreeSet<>();
        for (Class<?> each : CLASSES) {
            for (Method method : each.getDeclaredMethods()) {
                boolean isTest = Arrays.stream(method.getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getSimpleName().endsWith("Test"));
                if (isTest) {
                    tests.add(each.getSimpleName() + "#" + method.getName());
                }
            }
        }
        return tests;
    }

    @Test
    void everyRowSaysWhereItIsTestedOrWhyItIsNot() throws IOException {
        Map<String, List<String>> rows = rows();
        assertThat(rows).hasSizeGreaterThan(25);
        rows.forEach((row, lines) -> {
            assertThat(lines).as(row).isNotEmpty().allMatch(line -> line.matches("(test|weakened|because) .+"));
            assertThat(lines.stream().anyMatch(line -> line.startsWith("weakened ") || line.startsWith("because ")))
                    .as("%s: weakened, or why not", row)
                    .isTrue();
        });
    }

    @Test
    void everyTestThatItNamesIsThere() throws Exception {
        Set<String> tests = tests();
        for (List<String> lines : rows().values()) {
            for (String line : lines) {
                String name = line.substring(line.indexOf(' ') + 1);
                if (line.startsWith("because ")) {
                    continue;
                }
                if (name.contains("#")) {
                    assertThat(tests).contains(name);
                } else {
                    String file = "dev/estiba/" + name.replace('.', '/') + ".class";
                    assertThat(AttacksTableTest.class.getClassLoader().getResource(file))
                            .as(name)
                            .isNotNull();
                }
            }
        }
    }

    @Test
    void noTestOfAnAttackIsMissing() throws IOException {
        Set<String> named = rows().values().stream()
                .flatMap(List::stream)
                .filter(line -> line.contains("#"))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> attacks =
                tests().stream().filter(test -> test.contains("#cve_")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).containsAll(attacks);
    }
}
