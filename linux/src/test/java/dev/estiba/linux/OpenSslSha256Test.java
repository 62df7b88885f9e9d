package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.MessageDigest;
import java.security.Provider;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSslSha256Test {
    private static MessageDigest openSsl() throws Exception {
        Optional<Provider> provider = OpenSslSha256.provider();
        assumeTrue(provider.isPresent(), "needs libcrypto.so.3");
        return MessageDigest.getInstance("SHA-256", provider.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 55, 56, 64, 511, 513, 65_535, 65_536, 65_537, 200_000, 1_000_003})
    void itSaysWhatTheJdkSays(int size) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        MessageDigest ours = openSsl();
        for (int round = 0; round < 2; round++) { // a digest begins anew
            for (int at = 0; at < size; ) {
                int part = Math.min(size - at, 1 + random.nextInt(90_000));
                ours.update(bytes, at, part);
                at += part;
            }
            assertThat(ours.digest())
                    .as("seed %d", seed)
                    .isEqualTo(MessageDigest.getInstance("SHA-256", "SUN").digest(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void aCopyGoesItsOwnWay(int size) throws Exception {
        byte[] bytes = new byte[size];
        MessageDigest ours = openSsl();
        ours.update(bytes);
        MessageDigest copy = (MessageDigest) ours.clone();
        copy.update((byte) 1);
        assertThat(ours.digest())
                .isEqualTo(MessageDigest.getInstance("SHA-256", "SUN").digest(bytes));
        byte[] longer = new byte[size + 1];
        longer[size] = 1;
        assertThat(copy.digest())
                .isEqualTo(MessageDigest.getInstance("SHA-256", "SUN").digest(longer));
    }

    @Test
    void whatIsForgottenCountsNoMore() throws Exception {
        MessageDigest ours = openSsl();
        ours.update(new byte[100_000]);
        ours.reset();
        assertThat(ours.digest())
                .isEqualTo(MessageDigest.getInstance("SHA-256", "SUN").digest());
    }
}
