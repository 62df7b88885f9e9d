package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.runtime.Defaults;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilityChoiceTest {
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    private static Set<Capability> choice(List<String> add, List<String> drop) throws ApiException {
        return CapabilityChoice.of(add, drop, false, ALL);
    }

    @Test
    void nothingSaidIsDockersSet() throws ApiException {
        assertThat(choice(List.of(), List.of())).isEqualTo(Defaults.CAPABILITIES);
    }

    @Test
    void namesAreTakenInAllSpellings() throws ApiException {
        for (String name : List.of("NET_ADMIN", "net_admin", "CAP_NET_ADMIN", "cap_net_admin")) {
            assertThat(choice(List.of(name), List.of()))
                    .as(name)
                    .contains(Capability.NET_ADMIN)
                    .hasSize(15);
        }
    }

    @Test
    void allCanBeAddedAndDropped() throws ApiException {
        assertThat(choice(List.of("ALL"), List.of())).isEqualTo(ALL);
        assertThat(choice(List.of("all"), List.of("CHOWN")))
                .hasSize(ALL.size() - 1)
                .doesNotContain(Capability.CHOWN);
        assertThat(choice(List.of(), List.of("ALL"))).isEmpty();
        assertThat(choice(List.of("KILL"), List.of("ALL"))).containsExactly(Capability.KILL);
    }

    @Test
    void allIsNoMoreThanTheHostHas() throws ApiException {
        Set<Capability> few = EnumSet.of(Capability.CHOWN, Capability.KILL);
        assertThat(CapabilityChoice.of(List.of("ALL"), List.of(), false, few)).isEqualTo(few);
        assertThat(CapabilityChoice.of(List.of(), List.of("CHOWN"), true, few)).isEqualTo(few);
        Requests.refused(
                () -> CapabilityChoice.of(List.of("SYS_ADMIN"), List.of(), false, few),
                400,
                "cannot add CAP_SYS_ADMIN: this host itself does not have it");
    }

    @Test
    void aNameThatIsNoneIsRefusedAlsoUnderAll() {
        for (List<String> add : List.of(List.of("FLY"), List.of("ALL", "FLY"))) {
            Requests.refused(
                    () -> choice(add, List.of()),
                    400,
                    "invalid CapAdd/CapDrop: cannot add FLY: no capability has this name");
        }
        Requests.refused(
                () -> choice(List.of(), List.of("")),
                400,
                "invalid CapAdd/CapDrop: cannot drop : no capability has this name");
    }

    /** Inheritable ones let a program with file capabilities regain what its starter had lost. */
    @Test
    void nothingIsInheritableCVE_2022_24769() {
        Capabilities sets = CapabilityChoice.sets(EnumSet.of(Capability.KILL, Capability.CHOWN));
        assertThat(sets.inheritable()).isEmpty();
        assertThat(sets.ambient()).isEmpty();
        assertThat(sets.bounding()).containsExactly("CAP_CHOWN", "CAP_KILL");
        assertThat(sets.effective()).isEqualTo(sets.bounding());
        assertThat(sets.permitted()).isEqualTo(sets.bounding());
    }
}
