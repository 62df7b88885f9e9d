package dev.estiba.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.Event;
import dev.estiba.api.EventsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What processes that do not stay have to tell: none of it is lost, and none told twice, whoever is killed when. */
@Timeout(120)
class OthersEventsTest {
    @TempDir
    private Path directory;

    private Events keeper() throws IOException {
        Events events = new Events(directory);
        events.keep();
        return events;
    }

    private static void report(Events events, String id) {
        events.report("image", "tag", id, Map.of("name", id));
    }

    private static List<String> ids(Events events) throws IOException {
        return all(events).stream().map(Event::id).toList();
    }

    private static List<Event> all(Events events) throws IOException {
        List<Event> told = new ArrayList<>();
        events.tell(new EventsOptions(Optional.of(Instant.EPOCH), Optional.of(Instant.now()), Map.of()), told::add);
        return told;
    }

    private List<Path> waiting() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("events-of-others"))) {
            return files.filter(each -> !each.getFileName().toString().equals("bell"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void nobodyIsToldWhereNobodyHasEverKeptAny() throws IOException {
        report(new Events(directory), "a");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void comesBeforeWhatHappensLater() throws IOException {
        Events keeper = keeper();
        Events other = new Events(directory);
        keeper.publish("container", "create", "1", Map.of());
        report(other, "2");
        report(other, "3");
        keeper.publish("container", "start", "4", Map.of());
        report(other, "5");
        List<Event> told = all(keeper);
        assertThat(told).extracting(Event::id).containsExactly("1", "2", "3", "4", "5");
        assertThat(told).extracting(Event::timeNano).isSorted().doesNotHaveDuplicates();
        assertThat(waiting()).isEmpty();
        assertThat(ids(keeper())).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void whoListensIsTold() throws Exception {
        Events keeper = keeper();
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        Thread listener = Thread.ofPlatform().daemon(true).start(() -> {
            try {
                keeper.tell(new EventsOptions(Optional.empty(), Optional.empty(), Map.of()), heard::add);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (keeper.listeners() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        report(new Events(directory), "a");
        assertThat(heard.poll(60, TimeUnit.SECONDS)).extracting(Event::id).isEqualTo("a");
        listener.interrupt();
        listener.join();
        assertThat(keeper.listeners()).isZero();
    }

    @Test
    void waitsForTheNextKeeperWithItsTime() throws IOException {
        keeper().publish("container", "create", "1", Map.of());
        Instant before = Instant.now();
        report(new Events(directory), "2");
        Instant after = Instant.now();
        assertThat(waiting()).hasSize(1);
        Event told = all(keeper()).getLast();
        assertThat(told.id()).isEqualTo("2");
        assertThat(Instant.ofEpochSecond(0, told.timeNano())).isBetween(before, after);
    }

    /** Between what was written down and the removal of its file, at each byte. */
    @Test
    void isToldOnceWhereverItsKeeperIsKilled() throws IOException {
        Events keeper = keeper();
        keeper.publish("container", "create", "1", Map.of());
        Path journal = directory.resolve("events");
        byte[] before = Files.readAllBytes(journal);
        report(new Events(directory), "2");
        Path file = waiting().getFirst();
        byte[] event = Files.readAllBytes(file);
        assertThat(ids(keeper)).containsExactly("1", "2");
        byte[] whole = Files.readAllBytes(journal);
        for (int length = before.length; length <= whole.length; length++) {
            Files.write(journal, Arrays.copyOf(whole, length));
            Files.write(file, event);
            assertThat(ids(keeper())).as("%d of %d bytes", length, whole.length).containsExactly("1", "2");
            assertThat(waiting()).isEmpty();
            assertThat(ids(keeper())).as("%d of %d bytes", length, whole.length).containsExactly("1", "2");
        }
    }

    /** Who is killed before he has rung the bell is heard with the next one, or by the next keeper. */
    @Test
    void isToldAlsoWhenItsMakerWasKilledRightAfter() throws IOException {
        Events keeper = keeper();
        report(new Events(directory), "1");
        Path first = waiting().getFirst();
        Path aside = directory.resolve("aside");
        Files.move(first, aside);
        assertThat(ids(keeper)).isEmpty();
        Files.move(aside, first, StandardCopyOption.ATOMIC_MOVE);
        report(new Events(directory), "2");
        assertThat(ids(keeper)).containsExactly("1", "2");
    }

    @Test
    void whatIsNoEventIsInNobodysWay() throws IOException {
        Events keeper = keeper();
        Path others = directory.resolve("events-of-others");
        Files.writeString(others.resolve("0000000000000000001-0000000000000000"), "{\"Type\":");
        Files.writeString(others.resolve(".half"), "{");
        Files.setLastModifiedTime(others.resolve(".half"), FileTime.from(Instant.EPOCH));
        report(new Events(directory), "1");
        assertThat(ids(keeper)).containsExactly("1");
        assertThat(ids(keeper())).containsExactly("1");
        assertThat(waiting()).isEmpty();
    }

    @Test
    void manyAtATimeWhileKeepersComeAndGo() throws Exception {
        keeper();
        int makers = 4;
        int each = Boolean.getBoolean("estiba.long") ? 2000 : 100;
        List<Thread> threads = new ArrayList<>();
        for (int maker = 0; maker < makers; maker++) {
            String name = "m" + maker + "-";
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    report(new Events(directory), name + i); // as many processes would
                }
            }));
        }
        Map<Long, String> told = new HashMap<>();
        while (threads.stream().anyMatch(Thread::isAlive)) {
            Events keeper = keeper();
            keeper.publish("container", "start", "own", Map.of());
            all(keeper).forEach(event -> told.put(event.timeNano(), event.id()));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        all(keeper()).forEach(event -> told.put(event.timeNano(), event.id()));
        List<String> others =
                told.values().stream().filter(id -> !id.equals("own")).toList();
        assertThat(others).hasSize(makers * each).doesNotHaveDuplicates();
    }
}
