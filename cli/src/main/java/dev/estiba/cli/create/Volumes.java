package dev.estiba.cli.create;

import dev.estiba.cli.flag.BadValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code --volume}: with a source it is a bind or a named volume, without one an anonymous volume. */
final class Volumes {
    private final Path directory;
    final List<String> binds = new ArrayList<>();
    final Set<String> anonymous = new LinkedHashSet<>();

    /** @param directory what a source that begins with a dot is relative to */
    Volumes(Path directory) {
        this.directory = directory;
    }

    void add(String spec) throws BadValue {
        if (spec.isEmpty()) {
            throw new BadValue("invalid empty volume spec");
        }
        List<String> sections = spec.length() <= 2 ? List.of(spec) : sections(spec);
        if (sections.size() == 1) {
            anonymous.add(spec);
            return;
        }
        if (sections.size() > 3) {
            throw invalid(spec, "too many colons");
        }
        String bind = spec;
        if (spec.startsWith(".")) {
            Pair pair = Pair.cut(spec, ':');
            bind = directory.resolve(pair.before()).normalize() + ":" + pair.after();
        }
        if (!binds.contains(bind)) {
            binds.add(bind);
        }
    }

    /** Between the colons, of which one behind a single letter is none: it could be a drive of Windows. */
    private static List<String> sections(String spec) throws BadValue {
        List<String> sections = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= spec.length(); i++) {
            if (i < spec.length() && (spec.charAt(i) != ':' || isDrive(spec, from, i))) {
                continue;
            }
            if (i == from) {
                throw invalid(spec, "empty section between colons");
            }
            sections.add(spec.substring(from, i));
            from = i + 1;
        }
        return sections;
    }

    private static boolean isDrive(String spec, int from, int colon) {
        return colon == from + 1 && Character.isLetter(spec.charAt(from));
    }

    private static BadValue invalid(String spec, String problem) {
        return new BadValue("invalid spec: " + spec + ": " + problem);
    }
}
