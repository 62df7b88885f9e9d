package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import java.util.List;
import java.util.Optional;

/**
 * {@code --security-opt}.
 *
 * @param noNewPrivileges whether programs with the set-user-id bit gain nothing
 * @param seccomp which system calls are left
 * @param systemPathsVisible whether nothing in /proc and /sys is hidden
 * @param isStrict whether more is forbidden than Docker forbids ({@link StrictSecurity})
 */
record SecurityOptions(boolean noNewPrivileges, SeccompChoice seccomp, boolean systemPathsVisible, boolean isStrict) {
    static SecurityOptions parse(List<String> options) throws ApiException {
        boolean noNewPrivileges = false;
        SeccompChoice seccomp = SeccompChoice.BUILT_IN;
        boolean visible = false;
        boolean strict = false;
        for (String option : options) {
            int at = separator(option);
            String key = at < 0 ? option : option.substring(0, at);
            Optional<String> value = at < 0 ? Optional.empty() : Optional.of(option.substring(at + 1));
            switch (key) {
                case "no-new-privileges" -> noNewPrivileges = bool(option, value.orElse("true"));
                case "seccomp" -> seccomp = SeccompChoice.of(value.orElse(""));
                case "systempaths" -> {
                    if (!value.orElse("").equals("unconfined")) {
                        throw invalid(option);
                    }
                    visible = true;
                }
                case "security" -> strict = isStrict(option, value.orElse(""));
                case "network" -> {
                    boolean unused = isStrict(option, value.orElse(""));
                }
                case "apparmor" -> {
                    if (!value.orElse("").equals("unconfined")) {
                        throw new ApiException(501, "AppArmor profiles are not built yet: --security-opt " + option);
                    }
                }
                case "label" -> {
                    if (!value.orElse("").equals("disable")) {
                        throw new ApiException(501, "SELinux labels are not built yet: --security-opt " + option);
                    }
                }
                default -> throw invalid(option);
            }
        }
        return new SecurityOptions(noNewPrivileges, seccomp, visible, strict);
    }

    private static boolean isStrict(String option, String value) throws ApiException {
        return switch (value) {
            case "strict" -> true;
            // What others call the absence of such a thing is understood as well.
            case "standard", "default", "none" -> false;
            default -> throw invalid(option);
        };
    }

    /** "=", and for some older words ":". */
    private static int separator(String option) {
        int equals = option.indexOf('=');
        return equals >= 0 ? equals : option.indexOf(':');
    }

    private static boolean bool(String option, String value) throws ApiException {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw invalid(option);
        };
    }

    private static ApiException invalid(String option) {
        return new ApiException(400, "invalid --security-opt 2: \"" + option + "\"");
    }
}
