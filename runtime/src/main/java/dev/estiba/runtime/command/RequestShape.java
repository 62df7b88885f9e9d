package dev.estiba.runtime.command;

import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a request is without its container's id: the bytes between the places of the id, and the places. */
final class RequestShape {
    /** How much of the caller says something about the plan; what follows is its process number. */
    private static final int CALLER = 16;

    private static final int LABEL = 5;
    private static final int FIRST_PLACES = 32;

    private final IdText id;
    private byte[] bytes;
    private int used;
    private int[] places = new int[FIRST_PLACES];
    private int count;

    /** @param kind of the question, beside its request */
    RequestShape(Request request, IdText id, int kind) {
        this.id = id;
        int size = 3;
        for (Buffer buffer : request.buffers()) {
            size += buffer.bytes().length + LABEL;
        }
        bytes = new byte[size + Integer.BYTES * FIRST_PLACES];
        bytes[used++] = (byte) kind;
        bytes[used++] = (byte) id.whole().length;
        bytes[used++] = (byte) request.buffers().size();
        for (Buffer buffer : request.buffers()) {
            boolean caller = buffer.tag() == Tag.CALLER && buffer.bytes().length > CALLER;
            bytes[used++] = (byte) buffer.tag().number();
            int label = used;
            used += Integer.BYTES;
            add(buffer.bytes(), caller ? CALLER : buffer.bytes().length);
            number(label, used - label);
        }
    }

    private void add(byte[] from, int length) {
        int done = 0;
        for (int found = id.find(from, 0); found >= 0 && found < length; found = id.find(from, done)) {
            System.arraycopy(from, done, bytes, used, found - done);
            used += found - done;
            int here = id.length(from, found);
            place(used, here);
            done = found + here;
        }
        System.arraycopy(from, done, bytes, used, length - done);
        used += length - done;
    }

    private void place(int at, int length) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = at << 8 | length;
    }

    private void number(int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
    }

    /** Equal for two requests that differ in their ids alone; the caller's own, nothing but zeros behind it. */
    byte[] bytes() {
        int length = used + Integer.BYTES * count;
        bytes = length <= bytes.length ? bytes : Arrays.copyOf(bytes, length);
        for (int i = 0; i < count; i++) {
            number(used + Integer.BYTES * i, places[i]);
        }
        return bytes;
    }

    /** The request with another id of the same length. */
    static Request with(Request request, IdText id, IdText other) {
        List<Buffer> buffers = new ArrayList<>();
        for (Buffer buffer : request.buffers()) {
            byte[] copy = buffer.bytes().clone();
            for (int at = id.find(copy, 0); at >= 0; ) {
                int length = id.length(copy, at);
                System.arraycopy(other.whole(), 0, copy, at, length);
                at = id.find(copy, at + length);
            }
            buffers.add(new Buffer(buffer.tag(), copy));
        }
        return new Request(buffers);
    }
}
