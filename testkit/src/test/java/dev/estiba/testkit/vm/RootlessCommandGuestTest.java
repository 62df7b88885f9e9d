package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code estiba run} of an ordinary user in a delegated group. As {@link GuestTest}, but on one kernel: what differs between
 * them is the runtime's, and a JVM of one more user's takes ten seconds in there.
 */
@Tag("kernel")
@Tag("guest")
@ResourceLock("guests")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(Guests.Resolver.class)
@ParameterizedClass
@EnumSource(value = GuestKernel.class, names = "OLDEST")
class RootlessCommandGuestTest {
    private final Sailor sailor;

    RootlessCommandGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.sailor = Sailor.in(guests.of(kernel));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(sailor.left()).isEmpty();
    }

    @Test
    void theCommandLimitsWhatItRuns() throws Exception {
        Guest.Result life = sailor.sh("""
                estiba run -d --name one --network none -m 64m --pids-limit 33 rootfs:/srv/sailor/root sleep 1000 >/dev/null
                grep . /sys/fs/cgroup/harbour/sailor/estiba/*/memory.max /sys/fs/cgroup/harbour/sailor/estiba/*/pids.max |
                    sed 's/.*[/]//'
                estiba exec one cat /proc/self/cgroup /sys/fs/cgroup/memory.max
                estiba pause one
                estiba inspect -f '{{.State.Status}}' one
                estiba unpause one
                estiba rm -f one
                """);
        assertThat(life.error()).isEmpty();
        assertThat(life.succeeds().output()).isEqualTo("""
                memory.max:67108864
                pids.max:33
                0::/
                67108864
                one
                paused
                one
                one
                """);
    }
}
