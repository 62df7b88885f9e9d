package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.json.Layout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateWriterTest {
    @Test
    void theStateIsAsTheSpecificationWritesIt() {
        State state = new State(
                "1.3.0", "oci-container1", State.Status.RUNNING, 4422, "/containers/redis", Map.of("myKey", "myValue"));

        assertThat(text(state, Layout.SPACES)).isEqualTo("""
            {
              "ociVersion": "1.3.0",
              "id": "oci-container1",
              "status": "running",
              "pid": 4422,
              "bundle": "/containers/redis",
              "annotations": {
                "myKey": "myValue"
              }
            }\
            """);
    }

    @Test
    void whatIsStoppedHasNoProcess() {
        State state = new State("1.3.0", "a\"b", State.Status.STOPPED, 0, "/", Map.of());

        assertThat(text(state, Layout.COMPACT))
                .isEqualTo("{\"ociVersion\":\"1.3.0\",\"id\":\"a\\\"b\",\"status\":\"stopped\",\"bundle\":\"/\"}");
    }

    @Test
    void everyStatusHasItsWord() {
        assertThat(State.Status.values())
                .extracting(State.Status::specName)
                .containsExactly("creating", "created", "running", "stopped", "paused");
        for (State.Status status : State.Status.values()) {
            assertThat(State.Status.named(status.specName())).contains(status);
        }
        assertThat(State.Status.named("Running")).isEmpty();
    }

    @Test
    void aPidIsNotNegative() {
        assertThatThrownBy(() -> new State("1.3.0", "a", State.Status.CREATED, -1, "/", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pid: -1 is below 0");
    }

    private static String text(State state, Layout layout) {
        return new String(StateWriter.write(state, layout), StandardCharsets.UTF_8);
    }
}
