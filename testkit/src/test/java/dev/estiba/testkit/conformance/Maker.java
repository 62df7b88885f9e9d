package dev.estiba.testkit.conformance;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.conformance.Row.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Makes one row's bundle.
 *
 * @param id what the container will be called
 * @param bundle an empty directory
 */
record Maker(Row row, String id, Path bundle) {
    private static final List<String> DIRECTORIES = List.of("bin", "data", "dev", "etc", "proc", "sys", "tmp");
    private static final String BASE = Table.resource("base.json");

    private String filled(String text) {
        return text.replace("@ID@", id).replace("@BUNDLE@", bundle.toString());
    }

    void make() throws IOException {
        Path rootfs = bundle.resolve("rootfs");
        for (String name : DIRECTORIES) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Files.createSymbolicLink(rootfs.resolve("bin/sh"), Path.of("busybox"));
        JsonObject config = JsonObject.parse(filled(BASE));
        String script = filled(row.word("inside").orElse(":"));
        boolean sleeps = row.word("outside").isPresent() || row.word("exec").isPresent();
        config.put(
                "process.args", sleeps ? List.of("/bin/busybox", "sleep", "1000") : List.of("/bin/sh", "-c", script));
        for (Change change : row.changes()) {
            change(config, change.verb(), filled(change.rest()));
        }
        Files.write(bundle.resolve("config.json"), config.bytes());
        if (row.word("exec").isPresent()) {
            JsonObject process = config.object("process").put("args", List.of("/bin/sh", "-c", script));
            JsonObject more = JsonObject.parse(filled(row.word("exec").get()));
            more.names().forEach(name -> process.put(name, more.object(name)));
            Files.write(bundle.resolve("process.json"), process.bytes());
        }
    }

    private void change(JsonObject config, String verb, String rest) throws IOException {
        int equals = rest.indexOf(" = ");
        String name = equals < 0 ? rest : rest.substring(0, equals);
        String text = equals < 0 ? "" : rest.substring(equals + 3);
        switch (verb) {
            case "with" -> config.put(name, value(text));
            case "add" -> config.add(name, value(text));
            case "drop" -> config.remove(name);
            case "dir" -> Files.createDirectories(bundle.resolve(name));
            case "file" -> file(name, text.replace("\\n", "\n"));
            default -> {
                String[] ends = rest.split(" -> ");
                Files.createSymbolicLink(bundle.resolve(ends[0]), Path.of(ends[1]));
            }
        }
    }

    private void file(String name, String text) throws IOException {
        Path file = bundle.resolve(name);
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        if (text.startsWith("#!")) {
            // Written by another process: one that another thread starts meanwhile would have it open (ETXTBSY).
            Path draft = Files.writeString(Path.of(file + ".draft"), text + "\n");
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
            Programs.copy(draft, file);
            Files.delete(draft);
        } else {
            Files.writeString(file, text + "\n");
        }
    }

    private static Object value(String json) {
        JsonObject holder = JsonObject.parse("{\"value\": " + json + "}");
        return switch (json.charAt(0)) {
            case '{' -> holder.object("value");
            case '[' -> holder.list("value");
            case '"' -> holder.text("value");
            case 't', 'f' -> holder.flag("value");
            default -> holder.number("value");
        };
    }
}
