package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Excerpt;
import java.util.List;

/**
 * Whether a configuration's values make sense together, as far as that can be said without looking at a machine. All
 * violations are told, in the specification's order. A seccomp profile is not looked at: it would have to be parsed.
 */
public final class ConfigRules {
    private ConfigRules() {}

    /** What a whole configuration breaks; nothing if it is in order. */
    public static List<Violation> check(Config config) {
        Findings findings = new Findings("");
        version(findings, config.ociVersion());
        for (String section : config.otherSections()) {
            findings.add(Rule.SECTION_UNKNOWN, Excerpt.of(section), "this section is not understood");
        }
        if (config.process().isPresent()) {
            ProcessRules.check(findings, "process.", config.process().get());
        } else {
            findings.add(Rule.PROCESS_MISSING, "process", "missing, but there is nothing to start without it");
        }
        if (config.root().isEmpty() || config.root().get().path().isEmpty()) {
            findings.add(Rule.ROOT_MISSING, "root.path", "missing, but required on Linux");
        }
        Linux linux = config.linux().orElse(Linux.EMPTY);
        if (!LinuxRules.has(linux, Namespace.Type.UTS)) {
            nameWithoutNamespace(findings, "hostname", config.hostname().isPresent());
            nameWithoutNamespace(findings, "domainname", config.domainname().isPresent());
        }
        mounts(findings, config.mounts(), LinuxRules.has(linux, Namespace.Type.USER));
        hooks(findings, config.hooks());
        LinuxRules.check(findings, linux);
        return findings.list();
    }

    /** What a process for {@code exec} breaks; paths begin within the process. */
    public static List<Violation> check(Process process) {
        Findings findings = new Findings("");
        ProcessRules.check(findings, "", process);
        return findings.list();
    }

    /** What resources for {@code update} break; paths begin within the resources. */
    public static List<Violation> check(Resources resources) {
        Findings findings = new Findings("");
        ResourcesRules.check(findings, resources);
        return findings.list();
    }

    private static void version(Findings findings, String text) {
        int newest = SpecVersion.minor(Config.SPEC_VERSION);
        int minor = SpecVersion.minor(text);
        if (minor < 0) {
            findings.add(Rule.VERSION_FORMAT, "ociVersion", Excerpt.quoted(text) + " is no version 1.x.y");
        } else if (minor > newest) {
            findings.add(
                    Rule.VERSION_NEWER,
                    "ociVersion",
                    Excerpt.of(text) + " is newer than " + Config.SPEC_VERSION + ", the newest that is known here");
        }
    }

    private static void nameWithoutNamespace(Findings findings, String field, boolean isSet) {
        if (isSet) {
            findings.add(Rule.NAME_NEEDS_UTS_NAMESPACE, field, "cannot be set without a uts namespace");
        }
    }

    private static void mounts(Findings findings, List<Mount> mounts, boolean hasUserNamespace) {
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            if (mount.destination().isEmpty()) {
                findings.add(Rule.MOUNT_DESTINATION, "mounts[" + i + "].destination", "empty");
            }
            boolean hasUids = !mount.uidMappings().isEmpty();
            boolean hasGids = !mount.gidMappings().isEmpty();
            if (hasUids != hasGids) {
                findings.add(
                        Rule.MOUNT_ID_MAPPINGS,
                        "mounts[" + i + "]." + (hasUids ? "gidMappings" : "uidMappings"),
                        "missing, but the other mapping is given");
            }
            boolean isMapped =
                    mount.options().contains("idmap") || mount.options().contains("ridmap");
            if (isMapped && !hasUids && !hasGids && !hasUserNamespace) {
                findings.add(
                        Rule.MOUNT_ID_MAPPINGS,
                        "mounts[" + i + "].options",
                        "an idmapped mount needs mappings of its own or a user namespace");
            }
        }
    }

    private static void hooks(Findings findings, Hooks hooks) {
        hookList(findings, "hooks.prestart", hooks.prestart());
        hookList(findings, "hooks.createRuntime", hooks.createRuntime());
        hookList(findings, "hooks.createContainer", hooks.createContainer());
        hookList(findings, "hooks.startContainer", hooks.startContainer());
        hookList(findings, "hooks.poststart", hooks.poststart());
        hookList(findings, "hooks.poststop", hooks.poststop());
    }

    private static void hookList(Findings findings, String path, List<Hook> hooks) {
        for (int i = 0; i < hooks.size(); i++) {
            Hook hook = hooks.get(i);
            if (!hook.path().startsWith("/")) {
                findings.add(
                        Rule.HOOK_PATH,
                        path + "[" + i + "].path",
                        Excerpt.quoted(hook.path()) + " is no absolute path");
            }
            if (hook.timeout().isPresent() && hook.timeout().getAsInt() <= 0) {
                findings.add(
                        Rule.HOOK_TIMEOUT,
                        path + "[" + i + "].timeout",
                        hook.timeout().getAsInt() + " is not above 0");
            }
        }
    }
}
