package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerState;
import dev.estiba.api.Health;
import dev.estiba.cli.Call;
import dev.estiba.cli.flag.Flag;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** {@code --wait-healthy}: a start that is over when the container says that it is well. */
final class HealthWait {
    private static final long LOOK = Duration.ofMillis(100).toNanos();
    private static final int FAILED = 1;
    private static final String FLAG = "wait-healthy", TIMEOUT = "wait-timeout";

    private HealthWait() {}

    static List<Flag> flags() {
        return List.of(
                Flag.onOff(FLAG, "Leave it running, and end when its health check says that it is well"),
                Flag.duration(TIMEOUT, "How long --wait-healthy waits at most; 0: for ever"));
    }

    static boolean isWanted(Call call) {
        return call.flags().isOn(FLAG);
    }

    /** Refuses one that could never become well. */
    static void check(Call call, String id) throws ApiException {
        boolean hasCheck = call.engine()
                .inspectContainer(id)
                .config()
                .healthcheck()
                .filter(health ->
                        !health.test().isEmpty() && !health.test().getFirst().equals("NONE"))
                .isPresent();
        if (!hasCheck) {
            throw ApiException.badRequest(
                    "--" + FLAG + " needs a health check, and neither the image nor --health-cmd has"
                            + " one: say --health-cmd 'COMMAND'");
        }
    }

    /** The status of the command: 0 when it is well. What is not well goes on running. */
    static int await(Call call, String id) throws IOException {
        long limit = call.flags().number(TIMEOUT);
        long begin = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            ContainerState state = call.engine().inspectContainer(id).state();
            String health = state.health().map(Health::status).orElse("");
            if (health.equals("healthy")) {
                return 0;
            }
            if (!state.running()) {
                return failed(call, id, "has ended with status " + state.exitCode() + " before it was well");
            }
            if (health.equals("unhealthy")) {
                return failed(call, id, "is unhealthy");
            }
            if (limit > 0 && System.nanoTime() - begin > limit) {
                return failed(
                        call, id, "was not well in " + Duration.ofNanos(limit).toSeconds() + " seconds");
            }
            LockSupport.parkNanos(LOOK);
        }
        return FAILED;
    }

    private static int failed(Call call, String id, String what) throws IOException {
        String name = id.substring(0, Math.min(12, id.length()));
        call.complain("estiba: container " + name + " " + what + "; 'estiba why " + name + "' says more, 'estiba logs "
                + name + "' what it has written");
        return FAILED;
    }
}
