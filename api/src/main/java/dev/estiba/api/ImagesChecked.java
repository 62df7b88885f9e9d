package dev.estiba.api;

import java.util.List;

/**
 * What a check of all images has found.
 *
 * @param images how many there are
 * @param blobs how many were read
 * @param layers how many were compared with their archives
 */
public record ImagesChecked(List<Finding> findings, long images, long blobs, long layers) {
    public ImagesChecked {
        findings = List.copyOf(findings);
    }

    /** What has become of a finding. */
    public enum State {
        /** it was only looked for */
        FOUND("found"),
        REPAIRED("repaired"),
        LEFT("left");

        private final String word;

        State(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Something that is wrong.
     *
     * @param kind a word for programs: {@code DamagedBlob}
     * @param problem a sentence
     * @param remark how it was mended; or why it was not, and what to do; empty when it was only looked for
     */
    public record Finding(String kind, String problem, State state, String remark) {}

    /** Whether nothing is wrong any more. */
    public boolean isClean() {
        return findings.stream().allMatch(each -> each.state() == State.REPAIRED);
    }
}
