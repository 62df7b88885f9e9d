package dev.estiba.cli.foresight;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One thing that would change.
 *
 * @param kind of what: {@code container}, {@code image}
 * @param name as people call it
 * @param setting what of it; empty: itself
 * @param bytes that it has of the disk, where that is known
 * @param notes what comes with it, in sentences
 */
public record Step(
        Way way, String kind, String name, Optional<Setting> setting, OptionalLong bytes, List<String> notes) {
    public Step {
        notes = List.copyOf(notes);
    }

    /** How it changes. */
    public enum Way {
        ADD("+"),
        REMOVE("-"),
        CHANGE("~");

        private final String sign;

        Way(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        String word() {
            return switch (this) {
                case ADD -> "add";
                case REMOVE -> "remove";
                case CHANGE -> "change";
            };
        }
    }

    /** @param before empty where nobody knows, or nothing was */
    public record Setting(String name, String before, String after) {}

    static Step add(String kind, String name, String... notes) {
        return new Step(Way.ADD, kind, name, Optional.empty(), OptionalLong.empty(), List.of(notes));
    }

    static Step remove(String kind, String name, OptionalLong bytes, String... notes) {
        return new Step(Way.REMOVE, kind, name, Optional.empty(), bytes, List.of(notes));
    }

    static Step change(String kind, String name, String setting, String before, String after, String... notes) {
        Setting change = new Setting(setting, before, after);
        return new Step(Way.CHANGE, kind, name, Optional.of(change), OptionalLong.empty(), List.of(notes));
    }
}
