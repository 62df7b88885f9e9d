package dev.estiba.content.tar;

/** What is wrong with a part of an archive, told by code that does not know where the part is; the reader adds that. */
final class Flaw extends Exception {
    private static final long serialVersionUID = 1L;

    Flaw(String problem) {
        // Archives with a million flaws are read too: nobody looks at the stack of one.
        super(problem, null, false, false);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
