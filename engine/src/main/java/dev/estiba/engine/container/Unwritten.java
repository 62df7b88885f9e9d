package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.store.Life;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Runs whose starter was killed between the monitor's first word and his own: the container's life says nothing of them, or tells of the one before. */
final class Unwritten {
    private Unwritten() {}

    /** A container runs, and so it has begun, whatever is written down. */
    static void begun(Context context, Locked container) throws IOException {
        Life life = container.home().life();
        boolean isKnown = !life.started().isEmpty() && life.finished().isEmpty();
        if (!isKnown) {
            container.home().writeLife(begun(container));
            Happened.to(context, container.record(), "start");
        }
    }

    /** The life of one that has ended, as its monitor has said, where another one is written down. */
    static Optional<Life> ended(Locked container, Status.Ended last) throws IOException {
        Life life = container.home().life();
        boolean isOfAnother = life.started().isEmpty()
                || (!life.finished().isEmpty() && !life.finished().equals(last.finished()));
        return isOfAnother && hasExit(container) ? Optional.of(begun(container)) : Optional.empty();
    }

    /** Whether its monitor has said how it has ended. */
    static boolean hasExit(Locked container) throws IOException {
        return container.home().runFile(Observer.EXIT).isPresent();
    }

    /** The monitor was written down just before it began. */
    private static Life begun(Locked container) throws IOException {
        return Life.begun(
                Timestamps.of(
                        Files.getLastModifiedTime(container.home().runPath().resolve(Observer.MONITOR))
                                .toInstant()),
                0);
    }
}
