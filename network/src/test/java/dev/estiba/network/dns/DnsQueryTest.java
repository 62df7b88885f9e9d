package dev.estiba.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.network.dns.DnsQuery.Reading;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DnsQueryTest {
    /** A question as a program asks it. */
    static byte[] question(int id, String name, int type, int udpSize) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(
                new byte[] {(byte) (id >> 8), (byte) id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte) (udpSize > 0 ? 1 : 0)});
        for (String label : name.split("\\.")) {
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            message.write(bytes.length);
            message.writeBytes(bytes);
        }
        message.writeBytes(new byte[] {0, (byte) (type >> 8), (byte) type, 0, 1});
        if (udpSize > 0) {
            message.writeBytes(new byte[] {0, 0, 41, (byte) (udpSize >> 8), (byte) udpSize, 0, 0, 0, 0, 0, 0});
        }
        return message.toByteArray();
    }

    private static DnsQuery read(byte[] message) {
        return ((Reading.Question) DnsQuery.read(message)).query();
    }

    @Test
    void questionsAreRead() {
        DnsQuery query = read(question(0xabcd, "Web.Example.COM", DnsQuery.AAAA, 0));
        assertThat(query.id()).isEqualTo(0xabcd);
        assertThat(query.name()).contains("web.example.com");
        assertThat(query.type()).isEqualTo(DnsQuery.AAAA);
        assertThat(query.limit()).isEqualTo(512);
        assertThat(query.hasEdns()).isFalse();
        assertThat(read(question(1, "a", 1, 1232)).limit()).isEqualTo(1232);
        assertThat(read(question(1, "a", 1, 65535)).limit()).isEqualTo(4096);
        assertThat(read(question(1, "a", 1, 1)).limit()).isEqualTo(512);
        byte[] root = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};
        assertThat(read(root).name()).contains("");
        byte[] dotted = question(1, "a", 1, 0);
        dotted[13] = '.';
        assertThat(read(dotted).name()).isEmpty();
    }

    @Test
    void whatIsNoQuestionIsRefused() {
        byte[] good = question(7, "web", 1, 0);
        for (int length = 0; length < 12; length++) {
            assertThat(DnsQuery.read(Arrays.copyOf(good, length))).isEqualTo(new Reading.Nothing());
        }
        for (int length = 12; length < good.length; length++) {
            assertThat(DnsQuery.read(Arrays.copyOf(good, length)))
                    .isEqualTo(new Reading.Refusal(DnsQuery.FORMAT_ERROR));
        }
        byte[] answer = good.clone();
        answer[2] |= (byte) 0x80;
        assertThat(DnsQuery.read(answer)).isEqualTo(new Reading.Nothing());
        byte[] update = good.clone();
        update[2] = 5 << 3;
        assertThat(DnsQuery.read(update)).isEqualTo(new Reading.Refusal(DnsQuery.NOT_IMPLEMENTED));
        byte[] two = good.clone();
        two[5] = 2;
        assertThat(DnsQuery.read(two)).isEqualTo(new Reading.Refusal(DnsQuery.FORMAT_ERROR));
        byte[] pointer = good.clone();
        pointer[12] = (byte) 0xc0;
        assertThat(DnsQuery.read(pointer)).isEqualTo(new Reading.Refusal(DnsQuery.FORMAT_ERROR));
        String longName = String.join(".", Collections.nCopies(5, "x".repeat(60)));
        assertThat(DnsQuery.read(question(1, longName, 1, 0))).isEqualTo(new Reading.Refusal(DnsQuery.FORMAT_ERROR));
        assertThat(DnsAnswer.refusal(good, DnsQuery.NOT_IMPLEMENTED)).startsWith(0, 7, 0x81, 0x84);
    }

    @Test
    void onlyTheAnswerIsTakenForTheAnswer() {
        DnsQuery query = read(question(7, "web", 1, 0));
        byte[] answer = DnsAnswer.of(query, DnsQuery.NO_ERROR);
        assertThat(query.isAnsweredBy(answer, 7)).isTrue();
        assertThat(query.isAnsweredBy(answer, 8)).isFalse();
        byte[] other = DnsAnswer.of(read(question(7, "wec", 1, 0)), DnsQuery.NO_ERROR);
        assertThat(query.isAnsweredBy(other, 7)).isFalse();
        assertThat(query.isAnsweredBy(question(7, "web", 1, 0), 7)).isFalse();
        assertThat(query.isAnsweredBy(DnsAnswer.of(read(question(7, "WEB", 1, 0)), 0), 7))
                .isTrue();
    }

    @Test
    void longAnswersAreCut() {
        DnsQuery query = read(question(7, "web", 1, 0));
        byte[] answer = DnsAnswer.addresses(query, Collections.nCopies(100, InetAddress.ofLiteral("10.0.0.1")));
        assertThat(answer.length).isGreaterThan(512);
        byte[] cut = query.truncated(answer);
        assertThat(cut).hasSize(query.end());
        assertThat(cut[2] & 2).isEqualTo(2);
        assertThat(query.isAnsweredBy(cut, 7)).isTrue();
    }

    @Test
    void reverseNamesAreAddresses() {
        assertThat(DnsAnswer.reverse("4.3.2.1.in-addr.arpa")).contains(InetAddress.ofLiteral("1.2.3.4"));
        assertThat(DnsAnswer.reverse("1." + "0.".repeat(29) + "d.f.ip6.arpa"))
                .contains(InetAddress.ofLiteral("fd00::1"));
        for (String wrong : List.of(
                "in-addr.arpa",
                ".in-addr.arpa",
                "256.1.1.1.in-addr.arpa",
                "1.2.3.in-addr.arpa",
                "1.2.3.4.5.in-addr.arpa",
                "x.ip6.arpa",
                "g." + "0.".repeat(31) + "ip6.arpa",
                "1000.2.3.4.in-addr.arpa")) {
            assertThat(DnsAnswer.reverse(wrong)).as(wrong).isEqualTo(Optional.empty());
        }
    }

    /** Whatever a container sends is read, refused or passed over, and what is answered fits the question. */
    @Test
    void anythingMayCome() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int rounds = Boolean.getBoolean("estiba.long") ? 5_000_000 : 50_000;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = question(
                    random.nextInt(65536),
                    "abc.def".substring(random.nextInt(3)),
                    random.nextInt(40),
                    random.nextInt(3) * 600);
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            bytes = random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 20)) : bytes;
            try {
                if (DnsQuery.read(bytes) instanceof Reading.Question(DnsQuery query)) {
                    byte[] answer = DnsAnswer.addresses(query, List.of(InetAddress.ofLiteral("10.0.0.1")));
                    assertThat(query.isAnsweredBy(answer, query.id())).isTrue();
                    query.name().ifPresent(DnsAnswer::reverse);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }
}
