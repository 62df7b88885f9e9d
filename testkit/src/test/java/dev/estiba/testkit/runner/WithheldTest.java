package dev.estiba.testkit.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WithheldTest {
    private static final String REFUSED = "bind a to /b (rbind,rro) needs open_tree(2), which this kernel has not got,"
            + " or a filter around this process forbids";

    @Test
    void aRefusalByNameIsNoFailure() {
        assertThat(Withheld.of("clone3,open_tree").excuse("but was: " + REFUSED))
                .contains("refused by name without open_tree");
    }

    @Test
    void soIsOneThatNamesSeveral() {
        String refused =
                "mount /m: id-mapped mounts need open_tree(2) and mount_setattr(2), which this kernel has not got,"
                        + " or a filter around this process forbids";
        assertThat(Withheld.of("mount_setattr").excuse(refused)).contains("refused by name without mount_setattr");
    }

    @Test
    void anythingElseIsOne() {
        assertThat(Withheld.of("").excuse(REFUSED)).isEmpty();
        assertThat(Withheld.of("clone3").excuse(REFUSED)).isEmpty();
        assertThat(Withheld.of("open_tree").excuse("open_tree: function not implemented"))
                .isEmpty();
    }
}
