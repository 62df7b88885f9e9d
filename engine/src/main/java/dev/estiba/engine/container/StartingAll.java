package dev.estiba.engine.container;

import dev.estiba.api.Health;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.container.StartNeeds.Need;
import dev.estiba.engine.container.StartOrder.State;
import dev.estiba.engine.health.HealthFile;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.health.HealthState;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.UnreadableRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Has those started, in their order, that a daemon has found due when it began: after a reboot, as a rule. */
final class StartingAll {
    private static final Logger LOG = System.getLogger(StartingAll.class.getName());
    /** Of the container that waits; for whom, and for what of them, is in its attribute {@code for}. */
    private static final String WAITS = "await";

    private StartingAll() {}

    static void of(Context context) throws IOException {
        Set<String> due = context.restarts().gathered();
        if (due.isEmpty()) {
            return;
        }
        List<ContainerRecord> records = records(context);
        Map<String, List<Need>> needs = StartNeeds.of(due, records, sentence -> LOG.log(Level.WARNING, sentence));
        for (ContainerRecord record : records) {
            List<Need> own = needs.getOrDefault(record.id(), List.of());
            if (!own.isEmpty()) {
                String text = own.stream().map(Need::toString).collect(Collectors.joining(", "));
                LOG.log(Level.INFO, "container " + record.name() + " is started after " + text);
                Happened.to(context, record, WAITS, Map.of("for", text));
            }
        }
        StartOrder order = new StartOrder(
                needs, id -> state(context, id), System.nanoTime(), sentence -> LOG.log(Level.WARNING, sentence));
        context.restarts().begin(order, needs.keySet());
    }

    private static List<ContainerRecord> records(Context context) throws IOException {
        List<ContainerRecord> records = new ArrayList<>();
        for (String id : context.store().ids()) {
            Optional<Home> home = context.store().look(id);
            if (home.isPresent()) {
                try (Home open = home.get()) {
                    open.record().ifPresent(records::add);
                } catch (UnreadableRecord e) {
                    LOG.log(Level.WARNING, e.getMessage());
                }
            }
        }
        return records;
    }

    private static State state(Context context, String id) {
        try {
            Optional<Home> home = context.store().look(id);
            if (home.isEmpty()) {
                return State.OVER;
            }
            try (Home open = home.get()) {
                Optional<ContainerRecord> record = open.record();
                return record.isEmpty() ? State.OVER : state(context, new Locked(open, record.get()));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "nobody knows what container " + id + " does: " + e.getMessage());
            return State.OVER;
        }
    }

    private static State state(Context context, Locked container) throws IOException {
        if (!(context.status(container) instanceof Status.Running)) {
            return State.OVER;
        }
        if (HealthSettings.of(container.record().request().config()).isEmpty()) {
            return State.WELL;
        }
        String status = HealthFile.read(container.home())
                .map(HealthState::health)
                .map(Health::status)
                .orElse("");
        return switch (status) {
            case "healthy" -> State.WELL;
            case "unhealthy" -> State.UNHEALTHY;
            default -> State.STARTING;
        };
    }
}
