package dev.estiba.testkit.faults;

/** What a host may be out of, as a system call answers it. */
enum Lack {
    ENOSPC(28, "no space left on device"),
    EMFILE(24, "too many open files"),
    ENOMEM(12, "cannot allocate memory"),
    EAGAIN(11, "resource temporarily unavailable");

    private final int number;
    private final String words;

    Lack(int number, String words) {
        this.number = number;
        this.words = words;
    }

    /** errno(3), on every machine. */
    int number() {
        return number;
    }

    /** How it is said to a person. */
    String words() {
        return words;
    }
}
