package dev.estiba.engine.why;

import dev.estiba.api.ContainerState;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.Event;
import dev.estiba.runtime.record.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What events tell of a container's past.
 *
 * @param asked who has asked for its end in its last run, the first one first
 * @param ends of runs, the oldest first, the last run's included
 * @param isKnown whether its last run is among what is told
 */
public record Past(List<Diagnosis.Asked> asked, List<Diagnosis.End> ends, boolean isKnown) {
    private static final int MOST = 10;
    private static final long NANOS = 1_000_000_000;

    /** The record of a start is written a moment before the event is told; not more than that lies between the two. */
    private static final long MOMENT = 10;

    public Past {
        asked = List.copyOf(asked);
        ends = List.copyOf(ends);
    }

    /** @param events of that container, in their order */
    public static Past of(List<Event> events, ContainerState state) {
        List<Diagnosis.Asked> asked = new ArrayList<>();
        List<Diagnosis.End> ends = new ArrayList<>();
        long lastStart = 0;
        for (Event event : events) {
            switch (event.action()) {
                case "start" -> {
                    asked.clear();
                    lastStart = event.timeNano();
                }
                case "kill" -> asked.add(new Diagnosis.Asked(time(event), signal(event)));
                case "die" -> ends.add(new Diagnosis.End(time(event), number(event, "exitCode")));
                default -> {}
            }
        }
        boolean isKnown = isOf(lastStart, state.startedAt());
        return new Past(
                isKnown ? asked : List.of(), ends.subList(Math.max(0, ends.size() - MOST), ends.size()), isKnown);
    }

    private static boolean isOf(long lastStart, String started) {
        try {
            Instant written = Instant.parse(started);
            Instant told = Instant.ofEpochSecond(lastStart / NANOS, lastStart % NANOS);
            return !told.isBefore(written) && told.isBefore(written.plusSeconds(MOMENT));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String time(Event event) {
        return Timestamps.of(Instant.ofEpochSecond(event.timeNano() / NANOS, event.timeNano() % NANOS));
    }

    private static String signal(Event event) {
        return ExitCode.name(number(event, "signal"));
    }

    private static int number(Event event, String attribute) {
        String text = event.attributes().getOrDefault(attribute, "");
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }
}
