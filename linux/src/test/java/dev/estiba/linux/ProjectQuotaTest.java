package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there are none, nobody fails. Limits themselves are tried in the virtual machines: {@code QuotaGuestTest}. */
class ProjectQuotaTest {
    @TempDir
    Path directory;

    @Test
    void fileSystemsWithoutQuotasSayNo() throws Exception {
        for (String path : new String[] {"/proc", "/dev/shm", directory.toString()}) {
            try (Fd open = Open.absolute(path, Open.How.directory())) {
                assertThat(ProjectQuota.isEnforced(open)).as(path).isFalse();
                assertThat(ProjectQuota.project(open).orElse(0)).as(path).isZero();
            }
        }
    }
}
