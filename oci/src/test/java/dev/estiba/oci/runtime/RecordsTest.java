package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static final long SEED = 77;

    @Test
    void collectionsAreCopiedAndCannotBeChanged() {
        List<String> args = new ArrayList<>(List.of("sh"));
        Map<String, String> annotations = new LinkedHashMap<>(Map.of("k", "v"));
        Process process = Process.builder(args, "/").build();
        Config config = Config.builder("1.3.0").annotations(annotations).build();
        args.add("-c");
        annotations.clear();

        assertThat(process.args()).containsExactly("sh");
        assertThat(config.annotations()).containsExactly(Map.entry("k", "v"));
        assertThatThrownBy(() -> process.args().add("x")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> config.annotations().put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void builtFromItselfAValueIsEqual() {
        for (int i = 0; i < 100; i++) {
            Config config = new RandomConfigs(SEED + i).config();

            assertThat(config.toBuilder().build()).as("seed %d", SEED + i).isEqualTo(config);
            config.process().ifPresent(it -> assertThat(it.toBuilder().build()).isEqualTo(it));
            config.linux().ifPresent(it -> assertThat(it.toBuilder().build()).isEqualTo(it));
            config.linux().flatMap(Linux::resources).ifPresent(it -> {
                assertThat(it.toBuilder().build()).isEqualTo(it);
                it.memory()
                        .ifPresent(part -> assertThat(part.toBuilder().build()).isEqualTo(part));
                it.cpu().ifPresent(part -> assertThat(part.toBuilder().build()).isEqualTo(part));
                it.blockIo()
                        .ifPresent(part -> assertThat(part.toBuilder().build()).isEqualTo(part));
            });
        }
    }

    @Test
    void aChangedCopyLeavesTheValueAsItWas() {
        Process shell = Process.builder(List.of("sh"), "/").terminal(true).build();
        Process copy = shell.toBuilder().args(List.of("true")).terminal(false).build();

        assertThat(shell.args()).containsExactly("sh");
        assertThat(shell.terminal()).isTrue();
        assertThat(copy).isEqualTo(Process.builder(List.of("true"), "/").build());
    }

    @Test
    void anEmptyOptionalStringIsAbsent() {
        assertThat(new Namespace(Namespace.Type.PID, Optional.of(""))).isEqualTo(Namespace.create(Namespace.Type.PID));
        assertThat(Config.builder("1.3.0").hostname("").build().hostname()).isEmpty();
    }

    @Test
    void integersOutsideTheirTypeAreRefused() {
        refused("uid: -1 is not between 0 and 4294967295", () -> User.of(-1, 0));
        refused("gid: 4294967296 is not between 0 and 4294967295", () -> User.of(0, 1L << 32));
        refused(
                "umask: 4096 is not between 0 and 4095",
                () -> new User(0, 0, OptionalInt.of(010000), List.of(), Optional.empty()));
        refused(
                "additionalGids: -5 is not between 0 and 4294967295",
                () -> new User(0, 0, OptionalInt.empty(), List.of(1L, -5L), Optional.empty()));
        refused("containerID: -1 is not between 0 and 4294967295", () -> new IdMapping(-1, 0, 1));
        refused("hostID: -1 is not between 0 and 4294967295", () -> new IdMapping(0, -1, 1));
        refused("size: -1 is not between 0 and 4294967295", () -> new IdMapping(0, 0, -1));
        refused("nanosecs: -1 is not between 0 and 4294967295", () -> new TimeOffset(0, -1));
        refused("classID: -1 is not between 0 and 4294967295", () -> new NetworkClass(OptionalLong.of(-1), List.of()));
        refused("priority: -1 is not between 0 and 4294967295", () -> new NetworkClass.InterfacePriority("lo", -1));
        refused(
                "hcaObjects: -1 is not between 0 and 4294967295",
                () -> new Rdma(OptionalLong.empty(), OptionalLong.of(-1)));
        refused(
                "weight: 65536 is not between 0 and 65535",
                () -> BlockIo.builder().weight(65536).build());
        refused(
                "leafWeight: -1 is not between 0 and 65535",
                () -> new BlockIo.WeightDevice(0, 0, OptionalInt.empty(), OptionalInt.of(-1)));
        refused("index: 6 is not between 0 and 5", () -> new SeccompArg(6, 0, 0, SeccompArg.Operator.EQ));
        refused(
                "errnoRet: 65536 is not between 0 and 65535",
                () -> new SeccompRule(List.of("a"), Seccomp.Action.ERRNO, OptionalInt.of(65536), List.of()));
        refused(
                "defaultErrnoRet: -1 is not between 0 and 65535",
                () -> new Seccomp(
                        Seccomp.Action.ERRNO,
                        OptionalInt.of(-1),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
    }

    @Test
    void wordsAreFoundByTheirExactName() {
        assertThat(Namespace.Type.named("time")).contains(Namespace.Type.TIME);
        assertThat(Namespace.Type.named("TIME")).isEmpty();
        assertThat(Seccomp.Action.named("SCMP_ACT_KILL_PROCESS")).contains(Seccomp.Action.KILL_PROCESS);
        assertThat(SeccompArg.Operator.named("SCMP_CMP_GE")).contains(SeccompArg.Operator.GE);
        assertThat(Scheduler.Policy.named("SCHED_ISO")).contains(Scheduler.Policy.ISO);
        assertThat(Device.Type.named("u")).contains(Device.Type.UNBUFFERED_CHARACTER);
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
