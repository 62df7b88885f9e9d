package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.SeccompProfile.Circumstance;
import dev.estiba.oci.runtime.SeccompProfile.KernelVersion;
import dev.estiba.oci.runtime.SeccompProfile.Machine;
import dev.estiba.oci.runtime.SeccompProfile.Rule;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileReaderTest {
    private static final long SEED = Long.getLong("estiba.seed", 28);
    private static final int DOCUMENTS = Boolean.getBoolean("estiba.long") ? 400_000 : 20_000;

    private static final String EVERYTHING = """
            {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "x-of-tomorrow": [{}],
             "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
             "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/l", "listenerMetadata": "m",
             "syscalls": [
             {"name": "read", "action": "SCMP_ACT_ALLOW", "args": [], "comment": "a", "includes": {}, "excludes": {}},
             {"names": ["clone", "fork"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38,
              "args": [{"index": 0, "value": 2114060288, "valueTwo": 1, "op": "SCMP_CMP_MASKED_EQ"}],
              "includes": {"caps": ["CAP_CHOWN"], "arches": ["amd64", "arm64"], "minKernel": "4.8"},
              "excludes": {"caps": ["CAP_KILL"], "arches": ["s390x"], "minKernel": "200.1"}}]}
            """;

    private static SeccompProfile read(String json) throws DocumentException {
        return ConfigReader.readProfile(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyFieldIsRead() throws DocumentException {
        SeccompRule first = new SeccompRule(List.of(), Seccomp.Action.ALLOW, OptionalInt.empty(), List.of());
        SeccompArg arg = new SeccompArg(0, 2114060288L, 1, SeccompArg.Operator.MASKED_EQ);
        SeccompRule second =
                new SeccompRule(List.of("clone", "fork"), Seccomp.Action.ERRNO, OptionalInt.of(38), List.of(arg));
        assertThat(read(EVERYTHING))
                .isEqualTo(new SeccompProfile(
                        Optional.of(Seccomp.Action.ERRNO),
                        OptionalInt.of(1),
                        List.of(),
                        List.of(new Machine("SCMP_ARCH_X86_64", List.of("SCMP_ARCH_X86"))),
                        List.of("SECCOMP_FILTER_FLAG_LOG"),
                        Optional.of("/run/l"),
                        Optional.of("m"),
                        List.of(
                                new Rule(Optional.of("read"), first, Circumstance.NONE, Circumstance.NONE),
                                new Rule(
                                        Optional.empty(),
                                        second,
                                        new Circumstance(
                                                List.of("CAP_CHOWN"),
                                                List.of("amd64", "arm64"),
                                                Optional.of(new KernelVersion(4, 8))),
                                        new Circumstance(
                                                List.of("CAP_KILL"),
                                                List.of("s390x"),
                                                Optional.of(new KernelVersion(200, 1)))))));
    }

    @Test
    void whatIsEmptyIsAbsent() throws DocumentException {
        SeccompProfile nothing = read("{}");
        assertThat(nothing.defaultAction()).isEmpty();
        assertThat(read("{\"defaultAction\":\"\",\"listenerPath\":\"\",\"syscalls\":null}"))
                .isEqualTo(nothing);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"defaultAction\":\"SCMP_ACT_NOTHING\"}; defaultAction; \"SCMP_ACT_NOTHING\" is none of SCMP_ACT_KILL",
                "{\"defaultAction\":\"allow\"}           ; defaultAction; \"allow\" is none of ",
                "{\"syscalls\":[{\"action\":\"SCMP_ACT_LOG\"}]}; defaultAction; missing, but required",
                "{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[{}]}; syscalls[0].action; missing, but required",
                "{\"syscalls\":[null]}                   ; syscalls[0]  ; null where an object is expected",
                "{\"syscalls\":[{\"action\":\"\"}]}      ; syscalls[0].action; \"\" is none of ",
                "{\"syscalls\":[{\"args\":[{\"index\":6}]}]}; syscalls[0].args[0].index; 6 is above 5",
                "{\"syscalls\":[{\"args\":[{\"index\":0,\"value\":1,\"op\":\"==\"}]}]}; syscalls[0].args[0].op; \"==\" is none of ",
                "{\"syscalls\":[{\"args\":[{\"index\":0,\"value\":-1}]}]}; syscalls[0].args[0].value; -1 is below 0",
                "{\"syscalls\":[{\"errnoRet\":65536}]}   ; syscalls[0].errnoRet; 65536 is above 65535",
                "{\"syscalls\":[{\"names\":\"read\"}]}   ; syscalls[0].names; a string where an array is expected",
                "{\"syscalls\":[{\"names\":[\"re\\u0000ad\"]}]}; syscalls[0].names[0]; a NUL character is not allowed here",
                "{\"syscalls\":[{\"comment\":1}]}        ; syscalls[0].comment; a number where a string is expected",
                "{\"syscalls\":[{\"includes\":{\"caps\":1}}]}; syscalls[0].includes.caps; a number where an array",
                "{\"archMap\":{}}                        ; archMap      ; an object where an array is expected",
                "[]; ``; an array where an object is expected",
                "null; ``; null where an object is expected",
                "{} {}; ``; text after the end of the document",
            },
            quoteCharacter = '`')
    void aRefusalNamesThePlace(String json, String path, String problem) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(DocumentException.class, e -> {
            assertThat(e.path()).isEqualTo(path);
            assertThat(e.problem()).startsWith(problem);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "4.8.1", "4.", ".8", "4.x", "256.1", "4.256", "-1.2", "+4.8", "0.0", " 4.8", "4,8"})
    void whatIsNoKernelIsRefused(String version) {
        assertThatThrownBy(() -> read("{\"syscalls\":[{\"includes\":{\"minKernel\":\"" + version + "\"}}]}"))
                .isInstanceOfSatisfying(
                        DocumentException.class,
                        e -> assertThat(e.problem())
                                .isEqualTo("invalid kernel version: \"" + version
                                        + "\", expected \"<kernel>.<major>\", each 0 to 255 and not both 0"));
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"x\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}";
        assertThatThrownBy(() -> read(deep)).isInstanceOf(DocumentException.class);
    }

    @Test
    void damagedProfilesAreReadOrRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        int read = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = FuzzTest.mutate(random, EVERYTHING.getBytes(StandardCharsets.UTF_8));
            try {
                ConfigReader.readProfile(document);
                read++;
            } catch (DocumentException e) {
                FuzzTest.assertSpeakable(e.getMessage());
            } catch (RuntimeException | Error e) {
                fail("seed " + SEED + ", document " + i + ": " + HexFormat.of().formatHex(document), e);
            }
        }
        assertThat(read).as("documents still read").isBetween(DOCUMENTS / 20, DOCUMENTS * 4 / 5);
    }
}
