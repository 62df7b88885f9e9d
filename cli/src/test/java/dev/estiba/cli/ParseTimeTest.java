package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.cli.command.RunCommand;
import dev.estiba.cli.create.CreateBody;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prints how long a command line takes in a JVM that has seen some; asserts only that it is understood. */
class ParseTimeTest {
    @Test
    void aCommandLineBecomesABody() throws UsageException, BadValue {
        List<String> words = List.of(
                "-it",
                "--rm",
                "-e",
                "A=b",
                "--name",
                "x",
                "-v",
                "/a:/b:ro",
                "-m",
                "64m",
                "--cpus=1.5",
                "-p",
                "80:80",
                "--cap-drop",
                "ALL",
                "--network",
                "none",
                "--ulimit",
                "nofile=1024",
                "hello",
                "ls",
                "-l");
        FakeCaller caller = new FakeCaller();
        long sum = 0;
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 2_000; i++) {
            long start = System.nanoTime();
            sum += CreateBody.of(new RunCommand().flags().parse(words), caller)
                    .config()
                    .cmd()
                    .size();
            best = i < 1_000 ? Long.MAX_VALUE : Math.min(best, System.nanoTime() - start);
        }
        assertThat(sum).isEqualTo(4_000);
        System.out.println("run's command line to its body, warm: " + best / 1_000 + " microseconds at best");
    }
}
