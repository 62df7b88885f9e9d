package dev.estiba.engine.image;

import dev.estiba.api.ImageDiff.Change;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfig.Execution;
import dev.estiba.oci.image.ImageConfig.Healthcheck;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** How two images are run differently, with the names that {@code image inspect} has. */
final class SettingChanges {
    private final List<Change> changes = new ArrayList<>();

    private SettingChanges() {}

    static List<Change> between(ImageConfig before, ImageConfig after) {
        SettingChanges found = new SettingChanges();
        found.compare("Platform", before.platform().toString(), after.platform().toString());
        found.compare(before.execution(), after.execution());
        return found.changes;
    }

    private void compare(Execution before, Execution after) {
        compare("User", before.user().orElse(""), after.user().orElse(""));
        compare("WorkingDir", before.workingDir().orElse(""), after.workingDir().orElse(""));
        compare("Entrypoint", words(before.entrypoint()), words(after.entrypoint()));
        compare("Cmd", words(before.cmd()), words(after.cmd()));
        compare("Env", pairs(before.env()), pairs(after.env()));
        compare("Labels", before.labels(), after.labels());
        compare("ExposedPorts", words(before.exposedPorts()), words(after.exposedPorts()));
        compare("Volumes", words(before.volumes()), words(after.volumes()));
        compare("StopSignal", before.stopSignal().orElse(""), after.stopSignal().orElse(""));
        compare(
                "Healthcheck",
                before.healthcheck().map(SettingChanges::words).orElse(""),
                after.healthcheck().map(SettingChanges::words).orElse(""));
        compare("Shell", words(before.shell()), words(after.shell()));
        compare("OnBuild", words(before.onBuild()), words(after.onBuild()));
    }

    private void compare(String name, String before, String after) {
        if (!before.equals(after)) {
            changes.add(new Change(name, before, after));
        }
    }

    private void compare(String name, Map<String, String> before, Map<String, String> after) {
        TreeSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (String key : keys) {
            compare(name + " " + key, quoted(before, key), quoted(after, key));
        }
    }

    /** An empty value is another thing than none. */
    private static String quoted(Map<String, String> values, String key) {
        return values.containsKey(key) ? "\"" + values.get(key) + "\"" : "";
    }

    /** {@code NAME=VALUE}; one that is empty is there, too. */
    private static Map<String, String> pairs(List<String> env) {
        Map<String, String> pairs = new TreeMap<>();
        for (String each : env) {
            int equals = each.indexOf('=');
            pairs.put(equals < 0 ? each : each.substring(0, equals), each.substring(equals + 1));
        }
        return pairs;
    }

    private static String words(Collection<String> words) {
        return words.isEmpty() ? "" : "[\"" + String.join("\", \"", words) + "\"]";
    }

    private static String words(Healthcheck check) {
        return words(check.test()) + " " + check.interval().orElse(0) + " "
                + check.timeout().orElse(0) + " "
                + check.startPeriod().orElse(0) + " " + check.startInterval().orElse(0) + " "
                + check.retries().orElse(0);
    }
}
