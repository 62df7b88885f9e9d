package dev.estiba.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.cli.flag.BadValue;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {
    private static Map<String, String> read(String text) throws BadValue {
        return DotEnv.read(text, "f", Map.of("HERE", "from here"));
    }

    @Test
    void quotesLinesCommentsAndReferences() throws BadValue {
        String text = """
                # a comment
                A=plain  # behind it
                export B="two words" # behind it
                C='as $A it "is" \\n'
                D="first
                second\\tthird \\"q\\" \\$A $A ${HERE}!"

                E = spaces around
                F=${NOPE:-else} ${A:-x}
                G=a#b
                HERE
                MISSING
                H=
                I='several
                lines'
                J="$ 5"
                """;
        assertThat(read(text))
                .containsExactly(
                        Map.entry("A", "plain"),
                        Map.entry("B", "two words"),
                        Map.entry("C", "as $A it \"is\" \\n"),
                        Map.entry("D", "first\nsecond\tthird \"q\" $A plain from here!"),
                        Map.entry("E", "spaces around"),
                        Map.entry("F", "else plain"),
                        Map.entry("G", "a#b"),
                        Map.entry("HERE", "from here"),
                        Map.entry("H", ""),
                        Map.entry("I", "several\nlines"),
                        Map.entry("J", "$ 5"));
        assertThat(read("A=1\r\nB=2")).containsExactly(Map.entry("A", "1"), Map.entry("B", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A='x", "A=\"x\ny", "=x", "A B=c", "A=\"x\" y", "A=${B"})
    void whatIsNotFinishedIsRefusedWithItsLine(String text) {
        assertThatThrownBy(() -> read("OK=1\n" + text))
                .isInstanceOf(BadValue.class)
                .satisfies(e -> assertThat(((BadValue) e).why()).startsWith("invalid env file (f), line 2: "));
    }
}
