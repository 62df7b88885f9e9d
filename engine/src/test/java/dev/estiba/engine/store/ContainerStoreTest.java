package dev.estiba.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records, names and directories, also when many engines want the same at the same time. */
class ContainerStoreTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 1_000 : 40;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private ContainerStore store;

    @BeforeEach
    void open() throws IOException {
        store = another();
        store.open();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private ContainerStore another() {
        return new ContainerStore(new EnginePaths(directory.resolve("data"), directory.resolve("exec")));
    }

    private static ContainerRecord record(String name) {
        return RecordJsonTest.sample(ContainerStore.newId(), name, true);
    }

    private List<String> names() throws IOException {
        return entries("data/names");
    }

    private List<String> entries(String path) throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve(path))) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private void createAndClose(ContainerRecord record) throws IOException {
        store.create(record).close();
    }

    /** Runs it in all threads at once, which all wait for the slowest to be ready. */
    private <T> List<T> together(Callable<T> task) throws Exception {
        CyclicBarrier ready = new CyclicBarrier(THREADS);
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                ready.await(60, TimeUnit.SECONDS);
                return task.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : running) {
            results.add(each.get(60, TimeUnit.SECONDS));
        }
        return results;
    }

    @Test
    void aRecordThatNobodyCouldReadAgainIsNotWritten() throws IOException {
        ContainerRecord plain = record("crate");
        ContainerRecord large = new ContainerRecord(
                plain.id(),
                plain.name(),
                plain.created(),
                plain.imageId(),
                Collections.nCopies(5, "x".repeat(1 << 20)),
                plain.ephemeral(),
                plain.request());
        assertThatThrownBy(() -> store.create(large))
                .isInstanceOf(ApiException.class)
                .hasMessageMatching("the container's configuration takes \\d+ bytes, and 4194304 is the most");
        assertThat(names()).isEmpty();
        assertThat(entries("data/containers")).isEmpty();
    }

    @Test
    void aRecordIsFoundByIdBeginningAndName() throws IOException {
        ContainerRecord record = record("crate");
        createAndClose(record);
        assertThat(store.resolve(record.id())).isEqualTo(record.id());
        assertThat(store.resolve(record.id().substring(0, 12))).isEqualTo(record.id());
        assertThat(store.resolve("crate")).isEqualTo(record.id());
        assertThat(store.resolve("/crate")).isEqualTo(record.id());
        assertThat(store.ids()).containsExactly(record.id());
        for (String none : List.of("", "/", "..", "no", "crate/x", "a\0b", "x".repeat(5000))) {
            assertThatThrownBy(() -> store.resolve(none))
                    .isInstanceOf(ApiException.class)
                    .hasMessage("No such container: " + none);
        }
    }

    @Test
    void aBeginningOfSeveralIsRefused() throws IOException {
        createAndClose(RecordJsonTest.sample("ab".repeat(32), "one", true));
        createAndClose(RecordJsonTest.sample("abcd".repeat(16), "two", false));
        assertThatThrownBy(() -> store.resolve("ab")).hasMessage("Multiple IDs found with provided prefix: ab");
    }

    @Test
    void aNameThatIsTakenIsRefusedAndLeavesNothing() throws IOException {
        ContainerRecord first = record("crate");
        createAndClose(first);
        assertThatThrownBy(() -> store.create(record("crate")))
                .isInstanceOf(ApiException.class)
                .hasMessage("Conflict. The container name \"/crate\" is already in use by container \"" + first.id()
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
        assertThat(store.ids()).containsExactly(first.id());
        assertThat(entries("data/containers")).containsExactly(first.id());
        assertThat(entries("exec/containers")).containsExactly(first.id());
    }

    @Test
    void aNameOfOneThatWentWithTheBootIsFree() throws IOException {
        ContainerRecord gone = record("crate");
        createAndClose(gone);
        Files.delete(directory.resolve("exec/containers").resolve(gone.id()).resolve("container.json"));
        ContainerRecord next = record("crate");
        createAndClose(next);
        assertThat(store.resolve("crate")).isEqualTo(next.id());
    }

    @Test
    void removingFreesNameAndDirectories() throws IOException {
        ContainerRecord record = record("crate");
        try (Home home = store.create(record)) {
            store.remove(home, record);
        }
        assertThat(names()).isEmpty();
        assertThat(entries("data/containers")).isEmpty();
        assertThat(entries("exec/containers")).isEmpty();
        assertThat(store.lock(record.id())).isEmpty();
    }

    @Test
    void renamingFreesTheOldName() throws IOException {
        ContainerRecord record = record("crate");
        try (Home home = store.create(record)) {
            ContainerRecord renamed = store.rename(home, record, "barrel");
            assertThat(home.record()).contains(renamed);
        }
        assertThat(names()).containsExactly("barrel");
        createAndClose(record("crate"));
    }

    /** Each thread has a store of its own, as engines in different processes have. */
    @Test
    void ofManyWhoWantANameOneGetsIt() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "crate" + round;
            List<Optional<String>> made = together(() -> create(name));
            assertThat(made.stream().flatMap(Optional::stream)).as(name).hasSize(1);
            assertThat(store.resolve(name))
                    .isEqualTo(
                            made.stream().flatMap(Optional::stream).findFirst().orElseThrow());
        }
        assertThat(store.ids()).hasSize(ROUNDS);
        assertThat(names()).hasSize(ROUNDS);
    }

    /** A name that is left over is removed once, and not the link of whoever took it meanwhile. */
    @Test
    void ofManyWhoWantALeftOverNameOneGetsIt() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "crate" + round;
            Files.createSymbolicLink(directory.resolve("data/names").resolve(name), Path.of(ContainerStore.newId()));
            List<Optional<String>> made = together(() -> create(name));
            assertThat(made.stream().flatMap(Optional::stream)).as(name).hasSize(1);
        }
        assertThat(store.ids()).hasSize(ROUNDS);
    }

    private Optional<String> create(String name) throws IOException {
        ContainerRecord record = record(name);
        try (Home home = another().create(record)) {
            return Optional.of(home.id());
        } catch (ApiException e) {
            assertThat(e.status()).isEqualTo(409);
            return Optional.empty();
        }
    }

    @Test
    void rubbishIsCollectedAndContainersAreNot() throws IOException {
        ContainerRecord kept = record("crate");
        createAndClose(kept);
        Files.createDirectories(directory.resolve("data/containers/" + "12".repeat(32) + "/upper/a"));
        Files.createDirectories(directory.resolve("data/containers/." + "34".repeat(32)));
        Files.createDirectories(directory.resolve("data/containers/by-hand"));
        store.collectRubbish();
        assertThat(entries("data/containers")).containsExactlyInAnyOrder(kept.id(), "by-hand");
    }

    @Test
    void whoCollectsRubbishTakesNothingThatIsJustBeingMade() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Future<Integer> collecting = threads.submit(() -> {
            int times = 0;
            ContainerStore own = another();
            while (!over.get()) {
                own.collectRubbish();
                times++;
            }
            return times;
        });
        List<ContainerRecord> made = new ArrayList<>();
        for (int i = 0; i < 25 * ROUNDS; i++) {
            ContainerRecord record = record("crate" + i);
            createAndClose(record);
            made.add(record);
        }
        over.set(true);
        assertThat(collecting.get(60, TimeUnit.SECONDS)).isPositive();
        for (ContainerRecord each : made) {
            try (Home home = store.lock(each.id()).orElseThrow()) {
                assertThat(home.record()).contains(each);
            }
        }
    }
}
