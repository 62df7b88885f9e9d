package dev.estiba.cli.create;

import dev.estiba.cli.Caller;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Quote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code --security-opt}; the file of a seccomp profile is sent as its contents. */
final class SecurityOptions {
    private static final int MOST = 1 << 20;

    final List<String> options = new ArrayList<>();

    /** No masked and no read-only paths: {@code systempaths=unconfined}. */
    Optional<List<String>> paths = Optional.empty();

    SecurityOptions(List<String> given, Caller caller) throws BadValue {
        for (String option : given) {
            Pair pair = Pair.cut(option, '=');
            if (!pair.isCut() && !pair.before().equals("no-new-privileges")) {
                pair = Pair.cut(option, ':');
            }
            if (pair.after().isEmpty() && !pair.before().equals("no-new-privileges")) {
                throw new BadValue("Invalid --security-opt: " + Quote.go(option));
            }
            String value = pair.after();
            if (option.equals("systempaths=unconfined")) {
                paths = Optional.of(List.of());
            } else if (pair.before().equals("seccomp") && !value.equals("builtin") && !value.equals("unconfined")) {
                options.add("seccomp=" + profile(value, caller));
            } else {
                options.add(option);
            }
        }
    }

    /** os.ReadFile and json.Compact of Docker's command; text that is no UTF-8 gets Go's replacement for it. */
    private static String profile(String path, Caller caller) throws BadValue {
        byte[] bytes;
        try (InputStream in = caller.openRegular(path)) {
            bytes = in.readNBytes(MOST + 1);
        } catch (IOException e) {
            throw new BadValue("opening seccomp profile (" + path + ") failed: " + Reasons.read(path, e));
        }
        if (bytes.length > MOST) {
            throw new BadValue("opening seccomp profile (" + path + ") failed: it is larger than 1 MiB");
        }
        try {
            return new String(JsonText.compact(bytes), StandardCharsets.UTF_8);
        } catch (BadValue e) {
            throw new BadValue("compacting json for seccomp profile (" + path + ") failed: " + e.why());
        }
    }
}
