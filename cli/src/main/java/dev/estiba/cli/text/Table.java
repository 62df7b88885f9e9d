package dev.estiba.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of cells, each column as wide as its widest cell; the last one has no blanks behind it. */
public final class Table {
    private final int leastWidth;
    private final int gap;
    private final List<List<String>> lines = new ArrayList<>();

    /**
     * @param leastWidth of every column, with the gap
     * @param gap blanks between columns
     */
    public Table(int leastWidth, int gap) {
        this.leastWidth = leastWidth;
        this.gap = gap;
    }

    public void line(List<String> cells) {
        lines.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        Arrays.fill(widths, leastWidth);
        for (List<String> line : lines) {
            for (int i = 0; i < line.size() - 1; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)) + gap);
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                text.append(line.get(i));
                boolean isLast = i == line.size() - 1;
                text.repeat(' ', isLast ? 0 : widths[i] - width(line.get(i)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
