package dev.estiba.runtime.local;

import dev.estiba.linux.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A message of the executor: {@code struct engine_record} in native/src/engine.h, and a sentence. */
sealed interface Report {
    int MAGIC = 0x54505245;
    int VERSION = 1;
    int HEADER = 32;
    /** The longest sentence is FAILURE_TEXT of native/src/walk.h. */
    int MOST = HEADER + 6144;

    /**
     * A step failed, and what was begun is undone.
     *
     * @param actor its number, as {@code dev.estiba.runtime.plan.Actor} orders them
     * @param errno 0 when it has none
     */
    record Failed(int actor, int errno, int status, String sentence) implements Report {}

    /** The plan has left a process behind. */
    record Made(int pid) implements Report {}

    /** That process has ended. */
    record Ended(ExitStatus status) implements Report {}

    /** @throws IOException when it is no message of an executor of this build */
    static Report parse(byte[] message) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        if (message.length < HEADER || in.getInt(0) != MAGIC || in.getShort(4) != VERSION) {
            throw new IOException("a report of " + message.length + " bytes is not of this version");
        }
        return switch (in.getShort(6)) {
            case 1 ->
                new Failed(
                        in.getInt(20),
                        in.getInt(16),
                        in.getInt(12),
                        new String(message, HEADER, message.length - HEADER, StandardCharsets.UTF_8));
            case 2 -> new Made(in.getInt(8));
            case 3 -> new Ended(ExitStatus.ofWait(in.getInt(12)));
            default -> throw new IOException("a report of the unknown kind " + in.getShort(6));
        };
    }
}
