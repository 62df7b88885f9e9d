package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Abi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FilterCacheTest {
    private static FilterProgram program(int errno) {
        try {
            return FilterCompiler.compile(Profiles.denying(Profiles.errno(errno, "read")), Abi.X86_64);
        } catch (SeccompException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void compilesOnceForAKey() throws Exception {
        FilterCache<String> cache = new FilterCache<>(4);
        AtomicInteger compilations = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            FilterProgram program = cache.get("a", () -> {
                compilations.incrementAndGet();
                return program(5);
            });
            assertThat(program).isEqualTo(program(5));
        }
        assertThat(compilations).hasValue(1);
    }

    @Test
    void theOneNotAskedForLongestGoes() {
        FilterCache<Integer> cache = new FilterCache<>(3);
        for (int key = 1; key <= 3; key++) {
            int errno = key;
            cache.get(key, () -> program(errno));
        }
        cache.get(1, () -> program(99));
        cache.get(4, () -> program(4));
        assertThat(cache.size()).isEqualTo(3);
        assertThat(cache.get(1, () -> program(98))).isEqualTo(program(1));
        assertThat(cache.get(2, () -> program(97))).isEqualTo(program(97));
    }

    @Test
    void aRefusedProfileIsRefusedAgain() throws Exception {
        FilterCache<String> cache = new FilterCache<>(2);
        FilterCache.Source<SeccompException> refused = () -> {
            throw new SeccompException("no");
        };
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> cache.get("a", refused))
                    .isInstanceOf(SeccompException.class)
                    .hasMessage("no");
        }
        assertThat(cache.size()).isZero();
        assertThat(cache.get("a", () -> program(1))).isEqualTo(program(1));
    }

    @Test
    void manyThreadsGetTheProgramOfTheirKey() throws Exception {
        FilterCache<Integer> cache = new FilterCache<>(3);
        List<FilterProgram> expected = new ArrayList<>();
        for (int errno = 0; errno < 5; errno++) {
            expected.add(program(errno));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                int key = i * 7 % 5;
                tasks.add(() -> cache.get(key, () -> expected.get(key)).equals(expected.get(key)));
            }
            for (Future<Boolean> task : threads.invokeAll(tasks)) {
                assertThat(task.get()).isTrue();
            }
        }
        assertThat(cache.size()).isEqualTo(3);
    }

    @Test
    void aCacheKeepsSomething() {
        assertThatThrownBy(() -> new FilterCache<String>(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a cache of 0 filters keeps nothing");
    }
}
