package dev.estiba.runtime.compile;

import dev.estiba.linux.number.Abi;

/** What differs between the machines that plans are made for. */
public enum Machine {
    X86_64(Abi.X86_64, 0200000, 0400000),
    ARM64(Abi.ARM64, 040000, 0100000);

    private final Abi abi;
    private final long directory;
    private final long noFollow;

    Machine(Abi abi, long directory, long noFollow) {
        this.abi = abi;
        this.directory = directory;
        this.noFollow = noFollow;
    }

    public Abi abi() {
        return abi;
    }

    /** O_DIRECTORY. */
    public long directory() {
        return directory;
    }

    /** O_NOFOLLOW. */
    public long noFollow() {
        return noFollow;
    }
}
