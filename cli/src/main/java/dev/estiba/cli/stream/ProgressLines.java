package dev.estiba.cli.stream;

import dev.estiba.api.Progress;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a progress display shows, without when. On a terminal each ID has a line that is drawn again, and what is said of all
 * ends those lines and stays; elsewhere each change of a status is a line. Numbers and bars are those of Docker's
 * pkg/jsonmessage. Safe for all threads.
 */
final class ProgressLines {
    private static final int MOST_CELLS = 50, LEAST_CELLS = 10, BESIDE_BAR = 60;

    private final boolean isTerminal;
    private final Map<String, Progress> lines = new LinkedHashMap<>();
    private final List<Progress> passed = new ArrayList<>();
    private int drawn;
    private boolean isChanged;

    ProgressLines(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    /** Whether there is anything to draw afterwards. */
    synchronized boolean tell(Progress progress) {
        String id = progress.id().orElse("");
        if (id.isEmpty()) {
            if (isTerminal) {
                passed.addAll(lines.values());
            }
            passed.add(progress);
            lines.clear();
            isChanged = true;
        } else if (isTerminal) {
            lines.put(id, progress);
            isChanged = true;
        } else if (!isCounted(progress)) {
            Progress before = lines.put(id, progress);
            if (before == null || !before.status().equals(progress.status())) {
                passed.add(progress);
                isChanged = true;
            }
        }
        return isChanged;
    }

    private static boolean isCounted(Progress progress) {
        return progress.current() > 0 || progress.total() > 0;
    }

    /**
     * What to write so that the newest state is seen; empty when it is.
     *
     * @param isLast nothing is drawn again later, so all lines are shown, also when the terminal has fewer
     */
    synchronized String draw(WindowSize size, boolean isLast) {
        if (!isChanged && !(isLast && drawn < lines.size())) {
            return "";
        }
        isChanged = false;
        StringBuilder text = new StringBuilder();
        if (!isTerminal) {
            passed.forEach(each -> text.append(plain(each)).append('\n'));
            passed.clear();
            return text.toString();
        }
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        List<String> rows = new ArrayList<>();
        passed.forEach(each -> rows.add(line(each, size.columns())));
        int above = rows.size();
        passed.clear();
        visible(size, isLast).forEach(each -> rows.add(each));
        rows.forEach(row -> text.append("\u001b[2K").append(row).append('\n'));
        if (rows.size() < drawn) {
            text.append("\u001b[J");
        }
        drawn = rows.size() - above;
        return text.toString();
    }

    /** A line above the terminal's first could not be drawn again: those that count go first, the others are summed up. */
    private List<String> visible(WindowSize size, boolean isLast) {
        int room = Math.max(1, size.rows() - 1);
        List<Progress> all = List.copyOf(lines.values());
        if (isLast || all.size() <= room) {
            return all.stream().map(each -> line(each, size.columns())).toList();
        }
        int counted = (int) all.stream().filter(ProgressLines::isCounted).count();
        int others = Math.max(0, room - 1 - counted);
        List<String> some = new ArrayList<>();
        for (Progress each : all) {
            boolean isShown = some.size() < room - 1 && (isCounted(each) || others-- > 0);
            if (isShown) {
                some.add(line(each, size.columns()));
            }
        }
        some.add(cut("and " + (all.size() - some.size()) + " more", size.columns()));
        return some;
    }

    private static String plain(Progress progress) {
        String id = progress.id().orElse("");
        return Words.printable(id.isEmpty() ? progress.status() : id + ": " + progress.status());
    }

    /** What is said of all is never cut, since it is not drawn again. */
    private static String line(Progress progress, int columns) {
        if (progress.id().orElse("").isEmpty()) {
            return plain(progress);
        }
        return cut(isCounted(progress) ? plain(progress) + " " + counts(progress, columns) : plain(progress), columns);
    }

    private static String counts(Progress progress, int columns) {
        String current = Words.size(progress.current(), Words.DIGITS_OF_PROGRESS);
        String padded = " ".repeat(Math.max(0, 8 - current.length())) + current;
        if (progress.total() <= 0) {
            return padded;
        }
        int cells = Math.min(MOST_CELLS, columns - BESIDE_BAR);
        double share = Math.clamp((double) progress.current() / progress.total(), 0.0, 1.0);
        int full = (int) (share * cells);
        String bar = cells < LEAST_CELLS ? "" : "[" + "=".repeat(full) + ">" + " ".repeat(cells - full) + "] ";
        boolean isWrong = progress.current() > progress.total();
        return bar + padded + (isWrong ? "" : "/" + Words.size(progress.total(), Words.DIGITS_OF_PROGRESS));
    }

    /** A line that reached the last column would be two on some terminals. */
    private static String cut(String line, int columns) {
        int most = Math.max(1, columns - 1);
        return line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most));
    }
}
