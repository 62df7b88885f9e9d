package dev.estiba.runtime.planner;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers that connections take and give back: with new ones for each, a resident's heap is full after 16 calls. Safe for
 * all threads.
 */
final class Buffers {
    /** Of a request with Docker's configuration, and of the answer to it with what follows: some 66 KB. */
    static final int SIZE = 128 << 10;

    private static final int KEPT = 16;

    private final Deque<ByteBuffer> spare = new ArrayDeque<>();

    synchronized ByteBuffer take() {
        return spare.isEmpty() ? ByteBuffer.allocateDirect(SIZE) : spare.pop();
    }

    /** @param buffer that was taken here, and that nobody uses any more */
    synchronized void giveBack(ByteBuffer buffer) {
        if (spare.size() < KEPT) {
            spare.push(buffer);
        }
    }
}
