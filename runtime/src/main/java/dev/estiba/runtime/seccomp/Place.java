package dev.estiba.runtime.seccomp;

/**
 * A place to jump to in a program that is being written from its end. Changed by the {@link Assembler} alone, which
 * moves it nearer where a jump would not reach: to another return of the same verdict, or to a jump that goes on to the
 * place.
 */
final class Place {
    private static final int NOWHERE = -1;

    /** The verdict, where this place is just its return. */
    private final int verdict;

    private final boolean isReturn;
    /** What the place loads first, and the place after that load; for a jump from where the word is loaded already. */
    private final int firstWord;

    private final Place afterLoad;
    /** The position of the instruction to jump to, counted from the program's end. */
    private int position;

    private Place(boolean isReturn, int verdict, int position) {
        this.isReturn = isReturn;
        this.verdict = verdict;
        this.firstWord = NOWHERE;
        this.afterLoad = this;
        this.position = position;
    }

    private Place(int position, int firstWord, Place afterLoad) {
        this.isReturn = false;
        this.verdict = 0;
        this.firstWord = firstWord;
        this.afterLoad = afterLoad;
        this.position = position;
    }

    /** A return that is not written yet. */
    static Place returning(int verdict) {
        return new Place(true, verdict, NOWHERE);
    }

    static Place at(int position) {
        return new Place(false, 0, position);
    }

    static Place loading(int word, int position, Place afterLoad) {
        return new Place(position, word, afterLoad);
    }

    boolean isReturn() {
        return isReturn;
    }

    int verdict() {
        return verdict;
    }

    boolean isWritten() {
        return position != NOWHERE;
    }

    int position() {
        return position;
    }

    void moveTo(int nearer) {
        position = nearer;
    }

    /** The same place for a jump from where the accumulator holds that word of the data. */
    Place having(int word) {
        return word == firstWord ? afterLoad : this;
    }
}
