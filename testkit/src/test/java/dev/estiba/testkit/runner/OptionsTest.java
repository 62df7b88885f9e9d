package dev.estiba.testkit.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.estiba.testkit.runner.Options.Command;
import dev.estiba.testkit.runner.Options.Selection;
import dev.estiba.testkit.runner.Options.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void everyWordArrives() throws UsageException {
        Options options = Options.parse(List.of(
                "--classes", "a", "--quick", "--classes", "b", "--step", "format", "true", "Tap#skip", "Options"));
        assertThat(options.roots()).containsExactly(Path.of("a"), Path.of("b"));
        assertThat(options.quick()).isTrue();
        assertThat(options.steps()).containsExactly(new Command("format", "true"));
        assertThat(options.names()).containsExactly(new Selection("Tap", "skip"), new Selection("Options", ""));
    }

    @Test
    void longWidensTheLimits() throws UsageException {
        Options usual = Options.parse(List.of());
        Options patient = Options.parse(List.of("--long"));
        assertThat(patient.limit()).isGreaterThan(usual.limit());
        assertThat(patient.patience()).isGreaterThan(patient.limit());
        assertThat(usual.patience()).isGreaterThan(usual.limit());
    }

    @ParameterizedTest
    @CsvSource({
        "--quik, unknown option --quik",
        "--classes, --classes needs a value",
        "--patience, --patience needs a value",
    })
    void aWrongWordIsNamed(String word, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Options.parse(List.of(word)))
                .withMessage(message);
    }

    @Test
    void aStepIsWantedByItsName() throws UsageException {
        assertThat(Options.parse(List.of()).wants("format")).isTrue();
        assertThat(Options.parse(List.of("form")).wants("format")).isTrue();
        assertThat(Options.parse(List.of("Tap")).wants("format")).isFalse();
        assertThat(Options.parse(List.of("format#check")).wants("format")).isFalse();
    }
}
