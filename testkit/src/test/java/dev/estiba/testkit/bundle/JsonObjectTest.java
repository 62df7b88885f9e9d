package dev.estiba.testkit.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
    private final JsonObject json = JsonObject.parse("""
            {"a": {"b": [1, {"c": "text"}, [true, null]]}, "big": 18446744073709551615, "n": null, "f": 1.50}""");

    @Test
    void whatIsReadIsWrittenTheSame() {
        assertThat(json)
                .hasToString(
                        "{\"a\":{\"b\":[1,{\"c\":\"text\"},[true,null]]},\"big\":18446744073709551615,\"n\":null,\"f\":1.50}");
        assertThat(JsonObject.parse(json.bytes())).isEqualTo(json);
    }

    @Test
    void aPathReads() {
        assertThat(json.text("a.b[1].c")).isEqualTo("text");
        assertThat(json.number("a.b[0]")).isEqualTo(1);
        assertThat(json.flag("a.b[2][0]")).isTrue();
        assertThat(json.has("a.b[3]")).isFalse();
        assertThat(json.has("a.x.y")).isFalse();
    }

    @Test
    void aPathWrites() {
        json.put("a.new.deep", 5)
                .put("a.b[0]", "one")
                .add("list", JsonObject.parse("{\"x\":1}"))
                .remove("n");
        assertThat(json.number("a.new.deep")).isEqualTo(5);
        assertThat(json.text("a.b[0]")).isEqualTo("one");
        assertThat(json.number("list[0].x")).isEqualTo(1);
        assertThat(json.names()).isEqualTo(List.of("a", "big", "f", "list"));
    }

    @Test
    void aWrongPathSaysWhatIsThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.text("a.x"))
                .withMessage("a.x is not there; there is [a, big, n, f]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.number("a.b[1].c"))
                .withMessage("a.b[1].c is no Long but text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.put("a.b[9].c", 1))
                .withMessage("a.b[9].c: there is no element 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.remove("a.zz"))
                .withMessage("a.zz is not there to be removed; there is [b]");
        assertThatIllegalArgumentException().isThrownBy(() -> json.has("a..b")).withMessage("not a path: 'a..b'");
    }

    @Test
    void onlyOneObjectIsRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonObject.parse("[1]"))
                .withMessage("the text is no object but [1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonObject.parse("{} {}"))
                .withMessageStartingWith("more than one JSON value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonObject.parse(""))
                .withMessage("no JSON value");
    }
}
