package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PasswdTest {
    private static final long SEED = Long.getLong("estiba.seed", 5L);

    private static String home(String passwd, long uid) {
        return Passwd.home(passwd.getBytes(StandardCharsets.UTF_8), uid);
    }

    @Test
    void isTheSixthFieldOfTheFirstWithThatNumber() {
        String passwd = "root:x:0:0:root:/root:/bin/sh\nfirst:x:7:7::/first:\nsecond:x:7:7::/second:\n";
        assertThat(home(passwd, 0)).isEqualTo("/root");
        assertThat(home(passwd, 7)).isEqualTo("/first");
        assertThat(home(passwd, 4294967295L)).isEqualTo("/");
    }

    @Test
    void passesOverWhatIsNoLine() {
        assertThat(home("", 0)).isEqualTo("/");
        assertThat(home("root\nroot:x\n::0::::\nroot:x:0:0:root:/late:/bin/sh", 0))
                .isEqualTo("/late");
        assertThat(home("root:x:0:0:root::/bin/sh\n", 0)).isEqualTo("/");
        assertThat(home("a:x:0:0:r:/x\u0007:/bin/sh\n", 0)).isEqualTo("/");
        assertThat(home("a:x:-0:0:r:/x:/bin/sh\n", 0)).isEqualTo("/");
    }

    /** Whatever the bytes: an answer that can be an environment's value. */
    @Test
    void answersAnyBytes() {
        Random random = new Random(SEED);
        byte[] letters = "0123:/\n\0ab\r\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 20_000; round++) {
            byte[] passwd = new byte[random.nextInt(200)];
            for (int i = 0; i < passwd.length; i++) {
                passwd[i] = random.nextInt(10) == 0 ? (byte) random.nextInt() : letters[random.nextInt(letters.length)];
            }
            String home = Passwd.home(passwd, random.nextInt(4));
            assertThat(home).as("seed %d, round %d", SEED, round).isNotEmpty().doesNotContain("\0", "\n");
        }
    }
}
