package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.Host;
import dev.estiba.linux.number.Abi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** The native executable as a file, for whoever must start it by a path. */
final class ProgramFile {
    private ProgramFile() {}

    /**
     * Written by a process of its own: a child that another thread of this JVM starts meanwhile would inherit the descriptor
     * that writes it, and until that child has executed its own program this one is busy (execve(2), ETXTBSY).
     */
    static Path in(Path directory) throws IOException, InterruptedException {
        Path program = directory.resolve("estiba-exec");
        String name = "native/linux-" + (Host.abi() == Abi.ARM64 ? "aarch64" : "x86_64") + "/estiba";
        Process writer = new ProcessBuilder("sh", "-c", "cat > \"$0\" && chmod 700 \"$0\"", program.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream in = dev.estiba.runtime.Containers.class.getResourceAsStream(name);
                OutputStream out = writer.getOutputStream()) {
            assertThat(in).isNotNull();
            in.transferTo(out);
        }
        assertThat(writer.waitFor()).isZero();
        return program;
    }
}
