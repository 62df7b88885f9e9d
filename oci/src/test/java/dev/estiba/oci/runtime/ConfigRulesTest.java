package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.json.DocumentException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule by documents that break it and nothing else, and by ones that just do not. */
class ConfigRulesTest {
    /** A rule, the field that breaks it within a sound configuration, and what is said then. */
    private record Case(Rule rule, String section, String field, String... sentences) {
        String in(String where) {
            return section.equals(where) ? "," + field : "";
        }
    }

    private static final List<Case> BROKEN = List.of(
            top(Rule.VERSION_FORMAT, "'ociVersion':'2.0.0'", "ociVersion: \"2.0.0\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.0'", "ociVersion: \"1.0\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':''", "ociVersion: \"\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.02.0'", "ociVersion: \"1.02.0\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.2.0-'", "ociVersion: \"1.2.0-\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.2.0-é'", "ociVersion: \"1.2.0-é\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'v1.2.0'", "ociVersion: \"v1.2.0\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.2-3.4'", "ociVersion: \"1.2-3.4\" is no version 1.x.y"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.9999999.0'", "ociVersion: \"1.9999999.0\" is no version 1.x.y"),
            top(
                    Rule.VERSION_NEWER,
                    "'ociVersion':'1.4.0-rc.1'",
                    "ociVersion: 1.4.0-rc.1 is newer than 1.3.0, the newest that is known here"),
            top(Rule.SECTION_UNKNOWN, "'vm':{'kernel':{}}", "vm: this section is not understood"),
            top(Rule.PROCESS_MISSING, "'process':null", "process: missing, but there is nothing to start without it"),
            top(Rule.ROOT_MISSING, "'root':null", "root.path: missing, but required on Linux"),
            top(Rule.ROOT_MISSING, "'root':{'path':''}", "root.path: missing, but required on Linux"),
            top(Rule.MOUNT_DESTINATION, "'mounts':[{'destination':''}]", "mounts[0].destination: empty"),
            top(
                    Rule.MOUNT_ID_MAPPINGS,
                    "'mounts':[{'destination':'/a','uidMappings':[{'containerID':0,'hostID':0,'size':1}]}]",
                    "mounts[0].gidMappings: missing, but the other mapping is given"),
            top(
                    Rule.MOUNT_ID_MAPPINGS,
                    "'mounts':[{'destination':'/a','options':['ridmap']}]",
                    "mounts[0].options: an idmapped mount needs mappings of its own or a user namespace"),
            top(
                    Rule.HOOK_PATH,
                    "'hooks':{'poststop':[{'path':'/ok'},{'path':'sh'}],'prestart':[{'path':''}]}",
                    "hooks.prestart[0].path: \"\" is no absolute path",
                    "hooks.poststop[1].path: \"sh\" is no absolute path"),
            top(
                    Rule.HOOK_TIMEOUT,
                    "'hooks':{'createRuntime':[{'path':'/a','timeout':0}],"
                            + "'createContainer':[{'path':'/a','timeout':-1}],"
                            + "'startContainer':[{'path':'/a','timeout':0}],'poststart':[{'path':'/a','timeout':0}]}",
                    "hooks.createRuntime[0].timeout: 0 is not above 0",
                    "hooks.createContainer[0].timeout: -1 is not above 0",
                    "hooks.startContainer[0].timeout: 0 is not above 0",
                    "hooks.poststart[0].timeout: 0 is not above 0"),
            process(
                    Rule.PROCESS_ARGS,
                    "'args':[]",
                    "process.args: empty, but there is nothing to execute without them"),
            process(Rule.PROCESS_CWD, "'cwd':'srv'", "process.cwd: \"srv\" is no absolute path"),
            process(Rule.PROCESS_CWD, "'cwd':''", "process.cwd: \"\" is no absolute path"),
            process(
                    Rule.PROCESS_ENV,
                    "'env':['A=','SECRET','=b']",
                    "process.env[1]: has no = between name and value",
                    "process.env[2]: has no name before its ="),
            process(
                    Rule.CONSOLE_SIZE,
                    "'consoleSize':{'height':65536,'width':18446744073709551615}",
                    "process.consoleSize.height: 65536 is above 65535",
                    "process.consoleSize.width: 18446744073709551615 is above 65535"),
            process(
                    Rule.RLIMIT_TYPE,
                    "'rlimits':[{'type':'RLIMIT_NOFILES','soft':1,'hard':1}]",
                    "process.rlimits[0].type: \"RLIMIT_NOFILES\" is no resource limit"),
            process(
                    Rule.RLIMIT_TWICE,
                    "'rlimits':[{'type':'RLIMIT_CPU','soft':1,'hard':1},{'type':'RLIMIT_CPU','soft':2,'hard':2}]",
                    "process.rlimits[1].type: RLIMIT_CPU is given twice"),
            process(
                    Rule.RLIMIT_ORDER,
                    "'rlimits':[{'type':'RLIMIT_CPU','soft':18446744073709551615,'hard':9223372036854775808}]",
                    "process.rlimits[0].soft: 18446744073709551615 is above the hard limit, 9223372036854775808"),
            process(
                    Rule.OOM_SCORE_ADJ,
                    "'oomScoreAdj':1001",
                    "process.oomScoreAdj: 1001 is not between -1000 and 1000"),
            process(
                    Rule.OOM_SCORE_ADJ,
                    "'oomScoreAdj':-1001",
                    "process.oomScoreAdj: -1001 is not between -1000 and 1000"),
            process(
                    Rule.SCHEDULER,
                    "'scheduler':{'policy':'SCHED_BATCH','nice':20,'priority':1,'runtime':1}",
                    "process.scheduler.nice: 20 is not between -20 and 19",
                    "process.scheduler.priority: only SCHED_FIFO and SCHED_RR have one",
                    "process.scheduler: only SCHED_DEADLINE has a runtime, a deadline and a period"),
            process(
                    Rule.IO_PRIORITY,
                    "'ioPriority':{'class':'IOPRIO_CLASS_RT','priority':8}",
                    "process.ioPriority.priority: 8 is not between 0 and 7"),
            process(
                    Rule.CPU_LIST,
                    "'execCPUAffinity':{'initial':'0-','final':'3-1'}",
                    "process.execCPUAffinity.initial: \"0-\" is no list such as 0-3,7",
                    "process.execCPUAffinity.final: \"3-1\" is no list such as 0-3,7"),
            resources(
                    Rule.CPU_LIST,
                    "'cpu':{'cpus':'0,,1','mems':'a'}",
                    "linux.resources.cpu.cpus: \"0,,1\" is no list such as 0-3,7",
                    "linux.resources.cpu.mems: \"a\" is no list such as 0-3,7"),
            linux(
                    Rule.CPU_LIST,
                    "'memoryPolicy':{'mode':'MPOL_BIND','nodes':'9999999999'}",
                    "linux.memoryPolicy.nodes: \"9999999999\" is no list such as 0-3,7"),
            linux(
                    Rule.NAMESPACE_TWICE,
                    "'namespaces':[{'type':'uts'},{'type':'pid'},{'type':'pid','path':'/proc/1/ns/pid'}]",
                    "linux.namespaces[2].type: pid is given twice"),
            linux(
                    Rule.NAMESPACE_PATH,
                    "'namespaces':[{'type':'uts','path':'proc/1/ns/uts'}]",
                    "linux.namespaces[0].path: \"proc/1/ns/uts\" is no absolute path"),
            linux(
                    Rule.USER_NAMESPACE_MAPPINGS,
                    "'namespaces':[{'type':'uts'},{'type':'user'}]",
                    "linux.uidMappings: missing, but a new user namespace needs it",
                    "linux.gidMappings: missing, but a new user namespace needs it"),
            linux(
                    Rule.USER_NAMESPACE_MAPPINGS,
                    "'gidMappings':[{'containerID':0,'hostID':0,'size':1}]",
                    "linux.gidMappings: cannot be set without a user namespace"),
            linux(
                    Rule.TIME_OFFSETS,
                    "'timeOffsets':{'monotonic':{'secs':1}}",
                    "linux.timeOffsets: cannot be set without a time namespace"),
            linux(
                    Rule.TIME_OFFSETS,
                    "'namespaces':[{'type':'uts'},{'type':'time'}],"
                            + "'timeOffsets':{'boottime':{'nanosecs':1000000000},'realtime':{}}",
                    "linux.timeOffsets.boottime.nanosecs: 1000000000 is above 999999999",
                    "linux.timeOffsets: \"realtime\" is no clock with an offset: monotonic or boottime"),
            linux(
                    Rule.MASKS_NEED_MOUNT_NAMESPACE,
                    "'maskedPaths':['/a'],'readonlyPaths':['/b']",
                    "linux.maskedPaths: cannot be masked without a mount namespace",
                    "linux.readonlyPaths: cannot be made read-only without a mount namespace"),
            linux(
                    Rule.ROOTFS_PROPAGATION,
                    "'rootfsPropagation':'Shared'",
                    "linux.rootfsPropagation: \"Shared\" is none of private, shared, slave, unbindable"),
            linux(
                    Rule.SYSCTL,
                    "'sysctl':{'net.ipv4.ip_forward':'1','net/ipv4/conf/eno2.100/rp_filter':'1','kernel.sem':'1',"
                            + "'fs.mqueue.msg_max':'1','kernel.hostname':'a','vm.swappiness':'1'}",
                    "linux.sysctl[\"net.ipv4.ip_forward\"]: cannot be set without a namespace of type network",
                    "linux.sysctl[\"net.ipv4.conf.eno2/100.rp_filter\"]: cannot be set without a namespace of type"
                            + " network",
                    "linux.sysctl[\"kernel.sem\"]: cannot be set without a namespace of type ipc",
                    "linux.sysctl[\"fs.mqueue.msg_max\"]: cannot be set without a namespace of type ipc",
                    "linux.sysctl[\"kernel.hostname\"]: is set by the field hostname",
                    "linux.sysctl[\"vm.swappiness\"]: belongs to no namespace and would change the host"),
            linux(
                    Rule.DEVICE,
                    "'devices':[{'type':'c','path':'dev/a','minor':1},{'type':'b','path':'/dev/b','major':1}]",
                    "linux.devices[0].path: \"dev/a\" is no absolute path",
                    "linux.devices[0].major: missing, but only a fifo has none",
                    "linux.devices[1].minor: missing, but only a fifo has none"),
            linux(
                    Rule.NET_DEVICE,
                    "'netDevices':{'eth0':{}}",
                    "linux.netDevices: cannot be moved without a network namespace"),
            linux(
                    Rule.NET_DEVICE,
                    "'namespaces':[{'type':'uts'},{'type':'network'}],"
                            + "'netDevices':{'e/0':{},'a b':{'name':'..'},'0123456789abcdef':{},'e:1':{}}",
                    "linux.netDevices: \"e/0\" is no interface's name",
                    "linux.netDevices: \"a b\" is no interface's name",
                    "linux.netDevices: \"..\" is no interface's name",
                    "linux.netDevices: \"0123456789abcdef\" is no interface's name",
                    "linux.netDevices: \"e:1\" is no interface's name"),
            linux(
                    Rule.INTEL_RDT,
                    "'intelRdt':{'closID':'a/b'}",
                    "linux.intelRdt.closID: \"a/b\" is no directory's name"),
            linux(Rule.INTEL_RDT, "'intelRdt':{'closID':'..'}", "linux.intelRdt.closID: \"..\" is no directory's name"),
            linux(Rule.MEMORY_POLICY, "'memoryPolicy':{}", "linux.memoryPolicy.mode: missing, but required"),
            linux(
                    Rule.PERSONALITY,
                    "'personality':{'flags':['A']}",
                    "linux.personality.domain: missing, but required",
                    "linux.personality.flags: no flag is defined"),
            resources(
                    Rule.DEVICE_RULE,
                    "'devices':[{'allow':true},{'allow':true,'type':'p','access':'rwx'}]",
                    "linux.resources.devices[0].access: missing, but required",
                    "linux.resources.devices[1].type: \"p\" is none of a, b, c",
                    "linux.resources.devices[1].access: \"rwx\" is not made of r, w and m"),
            resources(
                    Rule.MEMORY_SWAP,
                    "'memory':{'limit':1000,'swap':999}",
                    "linux.resources.memory.swap: 999 is below the limit of memory alone, 1000"),
            resources(
                    Rule.SWAPPINESS,
                    "'memory':{'swappiness':18446744073709551615}",
                    "linux.resources.memory.swappiness: 18446744073709551615 is above 100"),
            resources(
                    Rule.HUGEPAGE_SIZE,
                    "'hugepageLimits':[{'pageSize':'2MiB','limit':1},{'pageSize':'02MB','limit':1},"
                            + "{'pageSize':'MB','limit':1},{'pageSize':'','limit':1}]",
                    "linux.resources.hugepageLimits[0].pageSize: \"2MiB\" is no size such as 2MB",
                    "linux.resources.hugepageLimits[1].pageSize: \"02MB\" is no size such as 2MB",
                    "linux.resources.hugepageLimits[2].pageSize: \"MB\" is no size such as 2MB",
                    "linux.resources.hugepageLimits[3].pageSize: \"\" is no size such as 2MB"),
            resources(
                    Rule.RDMA,
                    "'rdma':{'mlx5_0':{}}",
                    "linux.resources.rdma[\"mlx5_0\"]: neither hcaHandles nor hcaObjects is given"),
            resources(
                    Rule.UNIFIED,
                    "'unified':{'../memory.max':'1','cgroup':'1','.a':'1'}",
                    "linux.resources.unified[\"../memory.max\"]: is no file of a cgroup such as memory.high",
                    "linux.resources.unified[\"cgroup\"]: is no file of a cgroup such as memory.high",
                    "linux.resources.unified[\".a\"]: is no file of a cgroup such as memory.high"));

    /** What stands close to a rule and does not break it, by section. */
    private static final List<Case> SOUND = List.of(
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.0.2-dev'"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.1.0+dev'"),
            top(Rule.VERSION_FORMAT, "'ociVersion':'1.0.0-rc5+build.7'"),
            top(Rule.VERSION_NEWER, "'ociVersion':'1.3.99'"),
            top(Rule.MOUNT_DESTINATION, "'mounts':[{'destination':'relative'}]"),
            process(Rule.OOM_SCORE_ADJ, "'oomScoreAdj':-1000"),
            process(
                    Rule.RLIMIT_ORDER,
                    "'rlimits':[{'type':'RLIMIT_RTTIME','soft':9223372036854775807,'hard':18446744073709551615}]"),
            process(
                    Rule.SCHEDULER,
                    "'scheduler':{'policy':'SCHED_DEADLINE','runtime':1,'deadline':2,'period':3,'nice':-20}"),
            process(Rule.SCHEDULER, "'scheduler':{'policy':'SCHED_RR','priority':99,'nice':19}"),
            process(Rule.CPU_LIST, "'execCPUAffinity':{'initial':'0-3,7, 9','final':' 5 '}"),
            process(Rule.CONSOLE_SIZE, "'consoleSize':{'height':65535,'width':0}"),
            linux(Rule.SYSCTL, "'sysctl':{'kernel.domainname':'a'}"),
            linux(
                    Rule.SYSCTL,
                    "'namespaces':[{'type':'uts'},{'type':'network','path':'/n'},{'type':'ipc'}],"
                            + "'sysctl':{'net.core.somaxconn':'1','kernel.msgmax':'1','fs/mqueue/msg_max':'1'}"),
            linux(
                    Rule.DEVICE,
                    "'devices':[{'type':'p','path':'/dev/p'},{'type':'u','path':'/dev/u','major':0,'minor':0}]"),
            linux(Rule.NAMESPACE_TWICE, "'namespaces':[{'type':'uts'},{'type':'user','path':'/proc/1/ns/user'}]"),
            linux(Rule.ROOTFS_PROPAGATION, "'rootfsPropagation':'rslave'"),
            resources(Rule.MEMORY_SWAP, "'memory':{'limit':1000,'swap':-1,'swappiness':100}"),
            resources(Rule.MEMORY_SWAP, "'memory':{'limit':-1,'swap':5}"),
            resources(Rule.UNIFIED, "'unified':{'memory.swap.max':'1'}"),
            resources(
                    Rule.DEVICE_RULE,
                    "'devices':[{'allow':false,'access':'mrw'},{'allow':true,'type':'a','access':'r'}]"));

    private static Case top(Rule rule, String field, String... sentences) {
        return new Case(rule, "", field, sentences);
    }

    private static Case process(Rule rule, String field, String... sentences) {
        return new Case(rule, "process", field, sentences);
    }

    private static Case linux(Rule rule, String field, String... sentences) {
        return new Case(rule, "linux", field, sentences);
    }

    private static Case resources(Rule rule, String field, String... sentences) {
        return new Case(rule, "resources", field, sentences);
    }

    /** A sound configuration with the case's field in it; null takes a section out. */
    private static Config config(Case it) throws DocumentException {
        String without = it.field().endsWith(":null") ? it.field() : "";
        StringBuilder document = new StringBuilder("{'ociVersion':'1.3.0'");
        if (!without.startsWith("'root'")) {
            document.append(",'root':{'path':'rootfs'}");
        }
        if (!without.startsWith("'process'")) {
            document.append(",'process':{'cwd':'/','args':['sh']").append(it.in("process"));
            document.append('}');
        }
        document.append(",'linux':{'namespaces':[{'type':'uts'}]").append(it.in("linux"));
        document.append(",'resources':{'cpu':{}").append(it.in("resources")).append("}}");
        document.append(it.in("")).append('}');
        return ConfigReader.read(document.toString().replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyRuleIsBrokenByNameAndPlace() throws DocumentException {
        Set<Rule> broken = EnumSet.noneOf(Rule.class);
        for (Case it : BROKEN) {
            List<Violation> violations = ConfigRules.check(config(it));

            assertThat(violations)
                    .as(it.field())
                    .extracting(Violation::sentence)
                    .containsExactly(it.sentences());
            assertThat(violations).as(it.field()).extracting(Violation::rule).containsOnly(it.rule());
            broken.add(it.rule());
        }
        broken.add(Rule.NAME_NEEDS_UTS_NAMESPACE);
        assertThat(broken).isEqualTo(EnumSet.allOf(Rule.class));
    }

    @Test
    void whatIsJustInOrderBreaksNothing() throws DocumentException {
        for (Case it : SOUND) {
            assertThat(ConfigRules.check(config(it))).as(it.field()).isEmpty();
        }
    }

    @Test
    void namesNeedAUtsNamespace() throws DocumentException {
        Config config = config(top(Rule.NAME_NEEDS_UTS_NAMESPACE, "'hostname':'a','domainname':'b'"));

        assertThat(ConfigRules.check(config)).isEmpty();
        assertThat(ConfigRules.check(config.toBuilder().linux(Linux.EMPTY).build()))
                .containsExactly(
                        new Violation(
                                Rule.NAME_NEEDS_UTS_NAMESPACE, "hostname", "cannot be set without a uts namespace"),
                        new Violation(
                                Rule.NAME_NEEDS_UTS_NAMESPACE, "domainname", "cannot be set without a uts namespace"));
    }

    @Test
    void processesAndResourcesAreCheckedByThemselves() {
        Process process = Process.builder(List.of(), "/").build();
        Resources resources = Resources.builder()
                .memory(Memory.builder().swappiness(101).build())
                .build();

        assertThat(ConfigRules.check(process))
                .extracting(Violation::sentence)
                .containsExactly("args: empty, but there is nothing to execute without them");
        assertThat(ConfigRules.check(resources))
                .extracting(Violation::sentence)
                .containsExactly("memory.swappiness: 101 is above 100");
    }

    @Test
    void secretsInTheEnvironmentAreNotShown() {
        Process process =
                Process.builder(List.of("sh"), "/").env(List.of("hunter2")).build();

        assertThat(ConfigRules.check(process))
                .singleElement()
                .satisfies(violation -> assertThat(violation.sentence()).doesNotContain("hunter2"));
    }
}
