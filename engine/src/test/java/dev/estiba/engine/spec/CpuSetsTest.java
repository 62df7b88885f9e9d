package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** dockerd 28.5 was asked the same on a machine of two processors and one node. */
class CpuSetsTest {
    @TempDir
    Path groups;

    private CpuSets first() throws IOException {
        Path hierarchy = Files.createDirectories(groups.resolve("cpuset"));
        Files.writeString(hierarchy.resolve("cpuset.cpus"), "0-1\n");
        Files.writeString(hierarchy.resolve("cpuset.mems"), "0\n");
        return new CpuSets(groups);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "0-1", "0,1", "1,0", "01", "+1", ""})
    void whatIsThereMayBeHad(String processors) throws IOException {
        first().refuse(processors, "0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0-99 | '' | Requested CPUs are not available - requested 0-99, available: 0-1",
                "0-8192 | '' | Requested CPUs are not available - requested 0-8192, available: 0-1",
                "'' | 7 | Requested memory nodes are not available - requested 7, available: 0",
                "'1,a' | '' | Invalid value 1,a for cpuset cpus: invalid format: 1,a",
                "',1' | '' | Invalid value ,1 for cpuset cpus: invalid format: ,1",
                "'0,' | '' | Invalid value 0, for cpuset cpus: invalid format: 0,",
                "1-0 | '' | Invalid value 1-0 for cpuset cpus: invalid format: 1-0",
                "0-1-2 | '' | Invalid value 0-1-2 for cpuset cpus: invalid format: 0-1-2",
                "-1 | '' | Invalid value -1 for cpuset cpus: invalid format: -1",
                "99999999999 | '' | Invalid value 99999999999 for cpuset cpus: invalid format: 99999999999",
                "9000 | '' | Invalid value 9000 for cpuset cpus: value of out range, maximum is 8192",
                "'' | bridge | Invalid value bridge for cpuset mems: invalid format: bridge"
            })
    void otherThingsAreRefusedAsByDockerd(String processors, String nodes, String message) throws IOException {
        CpuSets sets = first();
        assertThatThrownBy(() -> sets.refuse(processors, nodes)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.message()).isEqualTo(message);
        });
    }

    @Test
    void inVersion2TheSameIsSaidElsewhere() throws IOException {
        Files.writeString(groups.resolve("cpuset.cpus.effective"), "0-3,6\n");
        CpuSets sets = new CpuSets(groups);
        sets.refuse("6,1-2", "5"); // of nodes nothing is known
        assertThatThrownBy(() -> sets.refuse("4-6", ""))
                .hasMessage("Requested CPUs are not available - requested 4-6, available: 0-3,6");
    }
}
