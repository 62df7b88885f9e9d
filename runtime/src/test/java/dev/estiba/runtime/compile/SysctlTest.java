package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what a namespace of the container's own holds. */
class SysctlTest {
    private static Starts with(String key, String value) {
        return new Starts().linux("sysctl", "{\"" + key + "\": \"" + value + "\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward,sys/net/ipv4/ip_forward",
        "net/ipv4/ip_forward,sys/net/ipv4/ip_forward",
        "net.ipv4.conf.eth0/100.forwarding,sys/net/ipv4/conf/eth0.100/forwarding",
        "net/ipv4/conf/eth0.100/forwarding,sys/net/ipv4/conf/eth0.100/forwarding",
        "kernel.shmmax,sys/kernel/shmmax",
        "kernel.shm_rmid_forced,sys/kernel/shm_rmid_forced",
        "fs.mqueue.msg_max,sys/fs/mqueue/msg_max",
        "kernel.domainname,sys/kernel/domainname"
    })
    void isWrittenBeneathProc(String key, String path) {
        assertThat(with(key, "1").init("set sysctl " + key + " to 1"))
                .first()
                .asString()
                .contains("\"" + path + "\"")
                .contains("RESOLVE_NO_XDEV|RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH");
        assertThat(with(key, "1").init("set sysctl " + key + " to 1"))
                .anyMatch(step -> step.contains("write(R, \"1\", 1)"));
    }

    /** CVE-2022-0811: pinns took one value for several, by "+" and "=", and so set the host's core_pattern. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.shm_rmid_forced=1+kernel.core_pattern",
                "kernel.shm_rmid_forced+kernel.core_pattern",
                "net.a b",
                "net.\\n",
                "net/../kernel/core_pattern",
                "/net/ipv4/ip_forward",
                ""
            })
    void cve20220811(String key) {
        assertThatThrownBy(with(key, "|/x")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessageEndingWith("is not a name in /proc/sys");
    }

    /** CVE-2022-0532: with the host's network or IPC namespace a sysctl is the host's. */
    @Test
    void cve20220532() {
        assertThatThrownBy(with("net.ipv4.ip_forward", "1").namespaces("mount", "ipc")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace");
        assertThatThrownBy(with("kernel.shmmax", "1").namespaces("mount", "network")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("sysctl \"kernel.shmmax\" is not allowed in the hosts ipc namespace");
    }

    /** A path to the runtime's own namespace is told from others when it is opened. */
    @Test
    void cve20220532ByPath() {
        String refusal =
                "sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace: check R \u2260 R, else EINVAL";
        assertThat(with("net.ipv4.ip_forward", "1")
                        .namespaces("mount", "network=/run/netns/x")
                        .outer())
                .anyMatch(step -> step.startsWith(refusal));
        assertThat(with("kernel.shmmax", "1")
                        .namespaces("mount", "ipc", "network=/run/netns/x")
                        .outer())
                .noneMatch(step -> step.contains("tell network namespaces apart"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.core_pattern",
                "kernel.hostname",
                "vm.overcommit_memory",
                "fs.file-max",
                "kernel",
                "kernel.sysrq",
                "kernel.shmmax.x",
                "fs.mqueue"
            })
    void whatIsTheHostsIsRefused(String key) {
        assertThatThrownBy(with(key, "1")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("sysctl \"" + key + "\" is not in a separate kernel namespace");
    }
}
