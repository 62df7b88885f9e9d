package dev.estiba.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.estiba.cli.flag.BadValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
    private static final long SEED = Long.getLong("estiba.seed", 12);
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 2_000_000 : 100_000;

    /** Asked of Docker's command as well; each character is a byte. */
    static final List<String> DOCUMENTS = List.of(
            "{}",
            " [ 1 , -0.5e+7 , 1E2, 0 , true , false , null , \"a b\\\\\\\" \\u00e9\" ] \r\n\t",
            "{ \"a\" : { \"b c\" : [ [ ] , { } ] } , \"\" : 0 }",
            "\"\u00c3\u00a9 \u00e9 <>&\"",
            "{\"a\":1,\"a\":2}",
            "7",
            "",
            " \n",
            "{",
            "[",
            "{\"a\"",
            "{\"a\" ",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{\"a\":1 2}",
            "{'a':1}",
            "{1:1}",
            "{,}",
            "{]",
            "[}",
            "[1,]",
            "[1 2]",
            "[1:2]",
            "]",
            "}",
            "{} {}",
            "{}x",
            "01",
            "1.",
            "1.x",
            "-",
            "-x",
            "+1",
            ".5",
            "1e",
            "1e+",
            "1ex",
            "0x1",
            "NaN",
            "tru",
            "trux",
            "t",
            "falsy",
            "nul l",
            "nulll",
            "\"",
            "\"a",
            "\"\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\u",
            "\"a\nb\"",
            "\"a\u0000b\"",
            "\"a\u0007b\"",
            "\u0001",
            "\u007f",
            "\u0080",
            "\u00ad",
            "\u00bd",
            "\u00ef\u00bb\u00bf{}",
            "\u000b{}",
            "// x\n{}",
            "[\"a\" \"b\"]",
            "{\"a\":'",
            "\\",
            "[".repeat(10_000) + "]".repeat(10_000),
            "[".repeat(10_001),
            "{\"a\":".repeat(10_001));

    private static String compact(String json) throws BadValue {
        return new String(JsonText.compact(json.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    @Test
    void whiteSpaceBetweenTokensGoes() throws BadValue {
        assertThat(compact(DOCUMENTS.get(1))).isEqualTo("[1,-0.5e+7,1E2,0,true,false,null,\"a b\\\\\\\" \\u00e9\"]");
        assertThat(compact(DOCUMENTS.get(2))).isEqualTo("{\"a\":{\"b c\":[[],{}]},\"\":0}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "``      ; unexpected end of JSON input",
                "{\"a\" 1}; invalid character '1' after object key",
                "{\"a\":1,}; invalid character '}' looking for beginning of object key string",
                "[1 2]   ; invalid character '2' after array element",
                "{'a':1} ; invalid character '\\'' looking for beginning of object key string",
                "{}\"     ; invalid character '\"' after top-level value",
                "trux    ; invalid character 'x' in literal true (expecting 'e')",
                "1.      ; invalid character ' ' after decimal point in numeric literal",
            },
            quoteCharacter = '`')
    void aRefusalHasGosWords(String json, String words) {
        assertThatThrownBy(() -> compact(json)).isInstanceOf(BadValue.class).hasMessage(words);
    }

    /** Whatever comes in: compact text, which is its own compact text, or a refusal. */
    @Test
    void anythingIsCompactedOrRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        String alphabet = "{}[]:,\"\\ue1-.+0 \ntrufalsn";
        int compacted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder json = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                json.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                String once = compact(json.toString());
                assertThat(compact(once)).isEqualTo(once);
                compacted++;
            } catch (BadValue e) {
                assertThat(e.why()).matches("invalid character '.{1,6}' [a-z].*|unexpected end of JSON input");
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + SEED + ", round " + i + ": " + json, e);
            }
        }
        assertThat(compacted).isPositive();
    }
}
