package dev.estiba.cli.create;

import dev.estiba.api.DeviceMapping;
import dev.estiba.cli.flag.BadValue;
import java.nio.file.Path;

/** {@code --device}: {@code SOURCE[:TARGET][:PERMISSIONS]}. */
final class Devices {
    private Devices() {}

    static DeviceMapping read(String value) throws BadValue {
        String[] parts = value.split(":", -1);
        if (parts.length > 3 || parts[0].isEmpty()) {
            throw new BadValue("bad format for path: " + value);
        }
        String source = parts[0];
        String target = source;
        String permissions = "rwm";
        if (parts.length == 3) {
            target = parts[1];
            permissions = parts[2];
            if (!isPermissions(permissions)) {
                throw new BadValue("bad mode specified: " + permissions);
            }
        } else if (parts.length == 2 && isPermissions(parts[1])) {
            permissions = parts[1];
        } else if (parts.length == 2) {
            target = parts[1];
        }
        if (!target.startsWith("/")) {
            throw new BadValue(target + " is not an absolute path");
        }
        boolean isOnePath = parts.length == 1 || (parts.length == 2 && isPermissions(parts[1]));
        String clean = Path.of(target).normalize().toString();
        if (isOnePath) {
            source = clean;
        }
        return new DeviceMapping(source, parts.length == 3 ? target : clean, permissions);
    }

    /** Some of r, w and m, each at most once. */
    private static boolean isPermissions(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(letter -> "rwm".indexOf(letter) >= 0)
                && text.chars().distinct().count() == text.length();
    }
}
