package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.plan.PlanFormatException;
import dev.estiba.runtime.plan.PlanReader;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A plan that was copied is the plan that would have been compiled. */
class PlanMemoTest {
    private static final String TIME = "\"created\":\"";

    private final OciCommand command = new OciCommand(Machine.X86_64, "boot");
    private final PlanMemo memo = new PlanMemo(command, Abi.X86_64, 4);
    private final Random random = new Random(7);

    private static String config() throws Exception {
        try (InputStream in = Request.class.getResourceAsStream("warm-up.json")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String hex() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static Buffer text(Tag tag, String text) {
        return new Buffer(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Request starting(String verb, String id, String config, int pid) {
        byte[] caller = new byte[32];
        caller[16] = (byte) pid;
        return new Request(List.of(
                text(Tag.ARGV, verb + "\0--bundle\0/bundles/" + id + "\0" + id + "\0"),
                new Buffer(Tag.CALLER, caller),
                text(Tag.CWD, "/"),
                text(Tag.BUNDLE, "/bundles/" + id),
                text(Tag.CONFIG, config),
                text(Tag.CGROUPS, "\0\0\0\0\0\0\0\0dcpu\0ddevices\0dmemory\0dpids\0dfreezer\0"),
                text(Tag.OWN_CGROUP, "5:cpu:/\n4:devices:/\n3:memory:/\n2:pids:/\n1:freezer:/\n0::/\n")));
    }

    /** Like Docker: the whole id in paths, its beginning in names. */
    private static String config(String id) throws Exception {
        return config().replace("\"hostname\":\"warm-up\"", "\"hostname\":\"" + id.substring(0, 12) + "\"")
                .replace("warm-up", id);
    }

    /** Without the time, and with the sum that such a plan would have. */
    private static String timeless(byte[] plan) throws PlanFormatException {
        String text = new String(plan, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(TIME);
        byte[] copy = plan.clone();
        if (at >= 0) {
            Arrays.fill(copy, at + TIME.length(), at + TIME.length() + 30, (byte) '0');
        }
        Arrays.fill(copy, 56, 64, (byte) 0);
        PlanReader.read(plan, Abi.X86_64); // its sum is right
        return HexFormat.of().formatHex(copy);
    }

    private String remembered(Request request) throws PlanFormatException {
        return timeless(memo.answer(request).plan(0).array());
    }

    private String compiled(Request request) throws PlanFormatException {
        return timeless(new DirectAnswer(command, command.answer(request), Abi.X86_64)
                .plan(0)
                .array());
    }

    private boolean isCopied(Request request) {
        return !(memo.answer(request) instanceof DirectAnswer);
    }

    @Test
    void aCopyIsWhatWouldHaveBeenCompiled() throws Exception {
        for (String verb : List.of("run", "create")) {
            for (int i = 0; i < 10; i++) {
                String id = hex();
                Request request = starting(verb, id, config(id), i);
                assertThat(remembered(request).equals(compiled(request)))
                        .as("the same plan")
                        .isTrue();
                assertThat(isCopied(request)).isEqualTo(i >= 1);
            }
        }
    }

    @Test
    void aMonitorsPlansAreTheSameToo() throws Exception {
        for (int i = 0; i < 6; i++) {
            String id = hex();
            Request detached = starting("run\0--detach", id, config(id), i);
            StartRequest.Given given = new StartRequest.Given(true, false);
            PlanMemo.Monitored copied = memo.monitored(detached, Isolation.NAMESPACES, given);
            OciCommand.Monitored compiled = command.monitored(detached, Isolation.NAMESPACES, given);
            assertThat(timeless(copied.start().plan(0).array())
                            .equals(timeless(
                                    memo.direct(compiled.start()).plan(0).array())))
                    .as("the same plan")
                    .isTrue();
            assertThat(copied.epilogue().orElseThrow())
                    .isEqualTo(PlanEncoder.encode(compiled.epilogue().orElseThrow(), Abi.X86_64));
            assertThat(copied.start() instanceof DirectAnswer).isEqualTo(i < 2);
        }
    }

    @Test
    void whatFollowsIsTheSameToo() throws Exception {
        UnaryOperator<String> homeless = config -> config.replaceAll("\"HOME=[^\"]*\",?", "");
        byte[][] users = {
            "root:x:0:0::/lodging:/bin/sh\n".getBytes(StandardCharsets.US_ASCII), new byte[0],
        };
        for (int i = 0; i < 8; i++) {
            String id = hex();
            Request request = starting("run", id, homeless.apply(config(id)), 0);
            Request more = new Request(List.of(new Buffer(Tag.PASSWD, users[i % 2])));
            EncodedAnswer copied = memo.answer(request);
            EncodedAnswer direct = new DirectAnswer(command, command.answer(request), Abi.X86_64);
            assertThat(timeless(copied.next().orElseThrow().with(more).plan(0).array()))
                    .isEqualTo(timeless(
                            direct.next().orElseThrow().with(more).plan(0).array()));
            assertThat(copied.said()).isEqualTo(direct.said());
        }
    }

    /** What an executor is sent: the plan, what it will ask, and the plan that it would be answered. */
    @Test
    void whatFollowsIsForeseenOnceItWasAsked() throws Exception {
        UnaryOperator<String> homeless = config -> config.replaceAll("\"HOME=[^\"]*\",?", "");
        byte[] users = "root:x:0:0::/lodging:/bin/sh\n".getBytes(StandardCharsets.US_ASCII);
        Request more = new Request(List.of(new Buffer(Tag.PASSWD, users)));
        ByteBuffer spare = ByteBuffer.allocateDirect(1 << 20);
        for (int i = 0; i < 6; i++) {
            String id = hex();
            EncodedAnswer answer = memo.answer(starting("run", id, homeless.apply(config(id)), 0));
            byte[] plan = answer.plan(0).array();
            ByteBuffer sent = answer.foreseeing(16, spare).order(ByteOrder.LITTLE_ENDIAN);
            byte[] rest = answer.next().orElseThrow().with(more).plan(0).array();
            byte[] first = new byte[plan.length];
            sent.get(16, first);
            assertThat(timeless(first)).isEqualTo(timeless(plan));
            int behind = 16 + plan.length;
            if (i < 3) { // twice compiled, once copied and asked
                assertThat(sent.limit()).isEqualTo(behind);
                continue;
            }
            assertThat(sent.getInt(behind)).isEqualTo(Tag.PASSWD.number());
            assertThat(sent.getInt(behind + 4)).isEqualTo(users.length);
            byte[] expected = new byte[users.length];
            sent.get(behind + 8, expected);
            assertThat(expected).isEqualTo(users);
            byte[] second = new byte[rest.length];
            sent.get(behind + 8 + (users.length + 7 & -8), second);
            assertThat(second).isEqualTo(rest);
            assertThat(sent.limit()).isEqualTo(behind + 8 + (users.length + 7 & -8) + rest.length);
        }
    }

    @Test
    void aLongUserDatabaseIsAskedAbout() throws Exception {
        UnaryOperator<String> homeless = config -> config.replaceAll("\"HOME=[^\"]*\",?", "");
        byte[] users = "someone:x:7:7::/home:/bin/sh\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        Request more = new Request(List.of(new Buffer(Tag.PASSWD, users)));
        ByteBuffer spare = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < 5; i++) {
            String id = hex();
            EncodedAnswer answer = memo.answer(starting("run", id, homeless.apply(config(id)), 0));
            assertThat(answer.foreseeing(0, spare).limit())
                    .isEqualTo(answer.plan(0).capacity());
            answer.next().orElseThrow().with(more).plan(0);
        }
    }

    @Test
    void anotherRequestIsAnotherPlan() throws Exception {
        String id = hex();
        for (int i = 0; i < 3; i++) {
            memo.answer(starting("run", id, config(id), 0));
        }
        String other = config(id).replace("/bin/true", "/bin/tree");
        Request changed = starting("run", id, other, 0);
        assertThat(isCopied(changed)).isFalse();
        assertThat(remembered(changed).equals(compiled(changed)))
                .as("the same plan")
                .isTrue();
        Request verb = starting("create", id, config(id), 0);
        assertThat(isCopied(verb)).isFalse();
    }

    @Test
    void theSameIdElsewhereIsAnotherPlan() throws Exception {
        // An environment that has the id of one container only.
        String first = hex();
        String config = config(first).replace("\"PATH=", "\"PEER=" + first + "\",\"PATH=");
        for (int i = 0; i < 3; i++) {
            memo.answer(starting("run", first, config, 0));
        }
        String second = hex();
        String stranger = config(second).replace("\"PATH=", "\"PEER=" + first + "\",\"PATH=");
        Request request = starting("run", second, stranger, 0);
        assertThat(isCopied(request)).isFalse();
        assertThat(remembered(request).equals(compiled(request)))
                .as("the same plan")
                .isTrue();
    }

    @Test
    void anIdThatCouldMeanSomethingIsNeverLookedFor() {
        for (String word : List.of(
                "c1",
                "123456789012345",
                "1e1000000000",
                "clock_gettime64",
                "SCMP_ARCH_X86_64",
                "RLIMIT_NOFILE",
                "with.dots.12345",
                "accept4")) {
            assertThat(IdText.of(word)).as(word).isEqualTo(Optional.empty());
        }
        assertThat(IdText.of("bench-run-12345")).isPresent();
        assertThat(IdText.of("a".repeat(124) + "12345")).isEmpty();
    }

    @Test
    void whatIsRefusedIsCompiledEachTime() throws Exception {
        String id = hex();
        String wrong = config(id).replace("\"ociVersion\"", "\"ociversion\"").replace("\"args\"", "\"arguments\"");
        for (int i = 0; i < 4; i++) {
            EncodedAnswer answer = memo.answer(starting("run", id, wrong, 0));
            assertThat(answer.refusal()).isPresent();
        }
    }

    @Test
    void textOfAConfigurationThatSaysATimeIsNoRecord() throws Exception {
        for (int i = 0; i < 4; i++) {
            String id = hex();
            String config =
                    config(id).replace("\"ociVersion\"", "\"annotations\":{\"created\":\"yesterday\"},\"ociVersion\"");
            assertThat(isCopied(starting("run", id, config, 0))).isFalse();
        }
    }
}
