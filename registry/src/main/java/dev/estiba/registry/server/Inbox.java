package dev.estiba.registry.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What has been read of a connection and is not worked off yet. Small pieces of a body are put together, so that many of them cost no
 * more than their bytes. Of the connection's thread.
 */
final class Inbox {
    /** So many requests may be sent before the first is answered. */
    private static final int MOST = 128;

    private static final int SMALL = 4 << 10;
    private static final int JOINED = 16 << 10;

    private final Deque<Item> items = new ArrayDeque<>();
    private int heads;

    /** What a request is made of. */
    sealed interface Item {
        record Head(HttpRequest request) implements Item {}

        /** @param bytes of whoever takes it, who releases them */
        record Piece(ByteBuf bytes) implements Item {}

        record End() implements Item {}

        /** The rest is not HTTP. */
        record Broken() implements Item {}
    }

    /** @param message is taken over; false when there is no more room */
    boolean add(ByteBufAllocator buffers, Object message) {
        if (heads >= MOST) {
            ReferenceCountUtil.release(message);
            return false;
        }
        switch (message) {
            case HttpRequest head -> {
                items.add(new Item.Head(head));
                heads++;
                if (head instanceof HttpContent content) {
                    content.release(); // what could not be decoded comes as a whole request
                }
            }
            case HttpContent content
            when content.decoderResult().isFailure() -> {
                content.release();
                items.add(new Item.Broken());
            }
            case HttpContent content -> {
                add(buffers, content.content());
                if (content instanceof LastHttpContent) {
                    items.add(new Item.End());
                }
            }
            default -> {
                ReferenceCountUtil.release(message);
                items.add(new Item.Broken());
            }
        }
        return true;
    }

    private void add(ByteBufAllocator buffers, ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0) {
            piece.release();
        } else if (length >= SMALL) {
            items.add(new Item.Piece(piece));
        } else {
            try {
                boolean fits = items.peekLast() instanceof Item.Piece(ByteBuf last)
                        && last.capacity() == JOINED
                        && last.writableBytes() >= length;
                if (!fits) {
                    items.add(new Item.Piece(buffers.directBuffer(JOINED, JOINED)));
                }
                if (items.peekLast() instanceof Item.Piece(ByteBuf joined)) {
                    joined.writeBytes(piece);
                }
            } finally {
                piece.release();
            }
        }
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    Optional<Item> poll() {
        Optional<Item> next = Optional.ofNullable(items.poll());
        if (next.isPresent() && next.get() instanceof Item.Head) {
            heads--;
        }
        return next;
    }

    /** The next one, when it is a piece of a body. */
    Optional<ByteBuf> pollPiece() {
        if (items.peek() instanceof Item.Piece(ByteBuf piece)) {
            items.remove();
            return Optional.of(piece);
        }
        return Optional.empty();
    }

    boolean pollEnd() {
        if (items.peek() instanceof Item.End) {
            items.remove();
            return true;
        }
        return false;
    }

    void clear() {
        for (Item each : items) {
            if (each instanceof Item.Piece(ByteBuf piece)) {
                piece.release();
            }
        }
        items.clear();
        heads = 0;
    }
}
