package dev.estiba.runtime.compile;

import dev.estiba.linux.number.Abi;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanPrinter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A small container's configuration, changed here and there, and the steps of its start. */
final class Starts {
    private final Map<String, String> top = new TreeMap<>();
    private final Map<String, String> process = new TreeMap<>();
    private final Map<String, String> linux = new TreeMap<>();
    private StartRequest.Mode mode = StartRequest.Mode.CREATE;
    private Optional<String> pidFile = Optional.empty();
    private Optional<String> consoleSocket = Optional.empty();
    private int preserved;
    private boolean noPivot;
    private boolean subreaper = true;
    private CgroupLayout cgroups = CgroupLayout.NONE;
    private Caller caller = new Caller(0, 0, 022, 0, false, Caller.Withheld.NOTHING, "/cwd");

    Starts() {
        top.put("ociVersion", "\"1.2.0\"");
        top.put("root", "{\"path\": \"rootfs\"}");
        process.put("cwd", "\"/\"");
        process.put("args", "[\"/bin/sh\"]");
        process.put("env", "[\"PATH=/bin\", \"HOME=/\"]");
        process.put("user", "{\"uid\": 0, \"gid\": 0}");
        namespaces("mount", "pid", "ipc", "uts", "network");
    }

    /** A field by its JSON text. */
    Starts top(String field, String json) {
        top.put(field, json);
        return this;
    }

    Starts process(String field, String json) {
        process.put(field, json);
        return this;
    }

    Starts linux(String field, String json) {
        linux.put(field, json);
        return this;
    }

    /** New ones, or "type=path". */
    Starts namespaces(String... types) {
        List<String> each = new ArrayList<>();
        for (String type : types) {
            String[] parts = type.split("=", 2);
            each.add("{\"type\": \"" + parts[0] + "\"" + (parts.length == 2 ? ", \"path\": \"" + parts[1] + "\"" : "")
                    + "}");
        }
        return linux("namespaces", each.toString());
    }

    Starts mount(String json) {
        return top("mounts", "[" + json + "]");
    }

    Starts mode(StartRequest.Mode wanted) {
        mode = wanted;
        return this;
    }

    Starts pidFile(String path) {
        pidFile = Optional.of(path);
        return this;
    }

    Starts consoleSocket(String path) {
        consoleSocket = Optional.of(path);
        return this;
    }

    Starts preserved(int descriptors) {
        preserved = descriptors;
        return this;
    }

    Starts noPivot() {
        noPivot = true;
        return this;
    }

    Starts noSubreaper() {
        subreaper = false;
        return this;
    }

    Starts cgroups(CgroupLayout layout) {
        cgroups = layout;
        return this;
    }

    /** An ordinary user, 1000 of group 1001. */
    Starts rootless() {
        caller = new Caller(1000, 1001, 022, 0, false, Caller.Withheld.NOTHING, "/cwd");
        return this;
    }

    /** Root of a user namespace. */
    Starts inUserNamespace() {
        caller = new Caller(0, 0, 022, 0, true, Caller.Withheld.NOTHING, "/cwd");
        return this;
    }

    /** Root where calls are missing. */
    Starts without(boolean openTree, boolean mountSetattr) {
        caller = new Caller(0, 0, 022, 0, false, new Caller.Withheld(openTree, mountSetattr), "/cwd");
        return this;
    }

    /** A user namespace beside the usual others, with one range of ids: {@code inside outside size}. */
    Starts mapped(String uids, String gids) {
        linux("uidMappings", "[" + mapping(uids) + "]");
        return namespaces("mount", "pid", "ipc", "uts", "network", "user")
                .linux("gidMappings", "[" + mapping(gids) + "]");
    }

    static String mapping(String numbers) {
        String[] each = numbers.split(" ");
        return "{\"containerID\": " + each[0] + ", \"hostID\": " + each[1] + ", \"size\": " + each[2] + "}";
    }

    private static String object(Map<String, String> fields) {
        List<String> each = new ArrayList<>();
        fields.forEach((name, json) -> each.add("\"" + name + "\": " + json));
        return "{" + String.join(", ", each) + "}";
    }

    private StartRequest request() {
        Map<String, String> all = new TreeMap<>(top);
        all.put("process", object(process));
        all.put("linux", object(linux));
        return new StartRequest(
                "c1",
                "/bundle",
                config(object(all)),
                mode,
                pidFile,
                consoleSocket,
                Optional.empty(),
                noPivot,
                true,
                preserved,
                false,
                subreaper,
                Isolation.NAMESPACES,
                StartRequest.Given.NOTHING,
                caller,
                cgroups,
                Machine.X86_64);
    }

    private static Config config(String json) {
        try {
            return ConfigReader.read(json.getBytes(StandardCharsets.UTF_8));
        } catch (DocumentException e) {
            throw new AssertionError("the test's own configuration: " + e.getMessage(), e);
        }
    }

    Plan plan() {
        return ContainerCompiler.compile(
                        request(),
                        "{}".getBytes(StandardCharsets.UTF_8),
                        "{}".getBytes(StandardCharsets.UTF_8),
                        Optional.empty())
                .plan();
    }

    List<String> groups() {
        return ContainerCompiler.cgroupDirectories(request());
    }

    /** An actor's steps, a line each without its number, registers all written as R. */
    List<String> steps(Actor actor) {
        return steps(plan(), actor);
    }

    /** Of what is walked when its first process has ended. */
    List<String> epilogue(Actor actor) {
        return steps(EpilogueCompiler.compile(request()), actor);
    }

    private static List<String> steps(Plan plan, Actor actor) {
        Plan alone = new Plan(Map.of(actor, plan.part(actor)), plan.data(), plan.pointers(), plan.registers());
        return new PlanPrinter(Abi.X86_64, true)
                .text(alone, 100_000)
                .lines()
                .filter(line -> line.matches(" +[0-9]+  .*"))
                .map(line -> line.strip()
                        .replaceFirst("^[0-9]+  ", "")
                        .replaceAll("\\br[0-9]+\\b", "R")
                        .replaceAll("data\\+[0-9]+", "data"))
                .toList();
    }

    List<String> init() {
        return steps(Actor.INIT);
    }

    List<String> outer() {
        return steps(Actor.OUTER);
    }

    /** Those of init's steps whose sentence begins like this. */
    List<String> init(String sentence) {
        return init().stream().filter(line -> line.startsWith(sentence)).toList();
    }
}
