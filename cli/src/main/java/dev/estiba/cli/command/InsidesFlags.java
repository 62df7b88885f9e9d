package dev.estiba.cli.command;

import dev.estiba.api.ImageTreeOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.flag.Flag;
import java.util.Optional;

/** What {@code image tree} and {@code image diff} have in common. */
final class InsidesFlags {
    static final Flag PLATFORM = Flag.text("platform", "The image for this platform, not for this machine's");

    private InsidesFlags() {}

    static Flag limit(String usual) {
        return Flag.whole("limit", usual, "How many files are listed: of many the largest");
    }

    static ImageTreeOptions options(Call call, boolean hasFiles) {
        int limit = (int) Math.clamp(call.flags().number("limit"), 0L, ImageTreeOptions.MOST_FILES);
        String platform = call.flags().text("platform");
        return new ImageTreeOptions(
                platform.isEmpty() ? Optional.empty() : Optional.of(platform), hasFiles ? limit : 0);
    }

    /** What is said of those that are not listed. */
    static String more(long count) {
        return count <= 0 ? "" : "  and " + count + " more (--limit)\n";
    }
}
