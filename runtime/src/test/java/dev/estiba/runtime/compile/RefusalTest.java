package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be made is refused by name, and no plan comes of it. */
class RefusalTest {
    private static void refused(Starts start, String message) {
        assertThatThrownBy(start::plan).isInstanceOf(UnsupportedConfig.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "intelRdt|{\"closID\": \"../x\"}|invalid intelRdt.ClosID \"../x\"",
                "personality|{}|invalid personality domain: it is missing",
                "memoryPolicy|{}|linux.memoryPolicy.mode is missing",
                "memoryPolicy|{\"mode\": \"MPOL_BIND\", \"nodes\": \"x\"}|linux.memoryPolicy.nodes: \"x\" is no list of nodes such as 0-3,7",
            })
    void ofLinux(String field, String json, String message) {
        refused(new Starts().linux(field, json), message);
    }

    @Test
    void mountNamespacesThatAreNotTheContainers() {
        refused(
                new Starts().namespaces("pid"),
                "linux.namespaces: without a mount namespace a container would mount into the host's:"
                        + " add {\"type\": \"mount\"}");
        refused(
                new Starts().namespaces("user", "mount=/proc/7/ns/mnt"),
                "linux.namespaces: a new user namespace has no rights over the mount namespace that is joined:"
                        + " join the one that it belongs to, or make a new mount namespace");
    }

    @Test
    void aNamespaceThatIsNamedTwice() {
        refused(
                new Starts().namespaces("mount", "pid", "pid"),
                "malformed spec file: duplicated ns {\"type\":\"pid\"}");
    }

    @Test
    void aTerminalThatNobodyTakes() {
        refused(
                new Starts().process("terminal", "true"),
                "cannot allocate tty if runc will detach without setting console socket");
        refused(new Starts().consoleSocket("/s"), "cannot use console socket if runc will not detach or allocate tty");
    }

    @Test
    void whatIsMissing() {
        refused(new Starts().process("args", "[\"\"]"), "process.args: there is nothing to execute");
        refused(
                new Starts().linux("rootfsPropagation", "\"sideways\""),
                "linux.rootfsPropagation: sideways is not a propagation mode");
        refused(
                new Starts().mount("{\"destination\": \"/x\", \"type\": \"bind\"}"),
                "mount /x: a bind mount needs a source");
        refused(
                new Starts().mount("{\"destination\": \"/x\", \"type\": \"tmpfs\", \"options\": [\"idmap\"]}"),
                "mount /x: id-mapped mounts are only supported for bind mounts");
    }

    @Test
    void aHostnameOfTheHost() {
        refused(
                new Starts().namespaces("mount").top("hostname", "\"h\""),
                "unable to set hostname without a private UTS namespace");
        refused(
                new Starts().namespaces("mount").top("domainname", "\"d\""),
                "unable to set domainname without a private UTS namespace");
    }

    @Test
    void theRootOfTheCgroups() {
        CgroupLayout layout = CgroupLayout.of(0, List.of("dmemory"), "1:memory:/\n");
        refused(
                new Starts().cgroups(layout).linux("cgroupsPath", "\"/a/..\""),
                "linux.cgroupsPath: /a/.. is the root of the hierarchy");
    }
}
