package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void theKernelSaysTheSame() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(each -> each.startsWith("Max open files"))
                .findFirst()
                .orElseThrow();
        String[] words = line.substring("Max open files".length()).strip().split("\\s+");
        OpenFiles now = OpenFiles.now();
        assertThat(Long.toString(now.most())).isEqualTo(words[0]);
        assertThat(Long.toString(now.ceiling())).isEqualTo(words[1]);
        now.raise();
        assertThat(OpenFiles.now()).isEqualTo(new OpenFiles(now.ceiling(), now.ceiling()));
        assertThat(OpenFiles.now().isBelowCeiling()).isFalse();
    }
}
