package dev.estiba.engine.container;

import dev.estiba.engine.container.StartNeeds.Need;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Which containers that a daemon has found to be due are started when: each as soon as what it needs is there, and after a while
 * anyway. Nobody waits in here: who knows of something new says so, and asks who may go. Safe for all threads.
 */
final class StartOrder {
    /** As long as a health check of 30 seconds may need for its three tries, and then some. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private final Map<String, List<Need>> waiting;
    private final Set<String> due;
    private final Set<String> attempted = new HashSet<>();
    private final Look look;
    private final Consumer<String> told;
    private final long until;

    /** What another container is doing. */
    @FunctionalInterface
    interface Look {
        State of(String id);
    }

    /** As far as somebody who waits for it is concerned. */
    enum State {
        /** It runs, and has no health check, or is healthy. */
        WELL,
        /** It runs, and its health is not known yet. */
        STARTING,
        UNHEALTHY,
        /** It does not run. */
        OVER
    }

    /**
     * @param needs of each that is due, {@link StartNeeds#of}
     * @param now {@link System#nanoTime}
     * @param told what is not as it was wished, for a person
     */
    StartOrder(Map<String, List<Need>> needs, Look look, long now, Consumer<String> told) {
        this.waiting = new LinkedHashMap<>(needs);
        this.due = Set.copyOf(needs.keySet());
        this.look = look;
        this.told = told;
        this.until = now + LONGEST.toNanos();
    }

    /** Somebody has tried to start it, with or without success. */
    synchronized void attempted(String id) {
        attempted.add(id);
    }

    /** Whether somebody waits still. */
    synchronized boolean isOver() {
        return waiting.isEmpty();
    }

    /**
     * Who may be started now; each is said once.
     *
     * @param isWanted whether its start is still to come: somebody may have other plans with it
     */
    synchronized List<String> ready(long now, Predicate<String> isWanted) {
        waiting.keySet().removeIf(id -> !isWanted.test(id));
        List<String> ready = new ArrayList<>();
        boolean isLate = now - until > 0;
        for (Map.Entry<String, List<Need>> each : waiting.entrySet()) {
            if (isLate) {
                each.getValue().stream()
                        .filter(need -> !isMet(each.getKey(), need, false))
                        .forEach(need -> told.accept("container " + name(each.getKey()) + " is started without " + need
                                + ", which has not come for " + LONGEST.toMinutes() + " minutes"));
            }
            if (isLate || each.getValue().stream().allMatch(need -> isMet(each.getKey(), need, true))) {
                ready.add(each.getKey());
            }
        }
        ready.forEach(waiting::remove);
        return ready;
    }

    private static String name(String id) {
        return id.substring(0, Math.min(12, id.length()));
    }

    private boolean isMet(String id, Need need, boolean isSaid) {
        if (due.contains(need.id()) && !attempted.contains(need.id())) {
            return false;
        }
        State state = look.of(need.id());
        boolean isMet = switch (need.until()) {
            case STARTED -> true;
            case HEALTHY -> state != State.STARTING;
            case DONE -> state == State.OVER;
        };
        boolean isWrong = need.until() == StartNeeds.Until.HEALTHY && (state == State.UNHEALTHY || state == State.OVER);
        if (isMet && isWrong && isSaid) {
            told.accept("container " + name(id) + " does not wait for " + need + " any more: it "
                    + (state == State.OVER ? "does not run" : "is unhealthy"));
        }
        return isMet;
    }
}
