package dev.estiba.registry.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Sends a part of a file as the body of an answer whose head has been sent: by sendfile(2), or, where TLS has to encrypt it, piece by
 * piece. Of the connection's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class PartSender {
    /** Two records of TLS: what a connection holds of a client that is slow. */
    private static final int PIECE = 32 << 10;

    private final ChannelHandlerContext context;
    private final Reply.Part part;
    private final boolean isEncrypted;
    private final Sender.Progress progress;
    private final ChannelPromise all;
    private long at;

    PartSender(ChannelHandlerContext context, Reply.Part part, boolean isEncrypted, Sender.Progress progress) {
        this.context = context;
        this.part = part;
        this.isEncrypted = isEncrypted;
        this.progress = progress;
        this.all = context.newPromise();
        this.at = part.offset();
    }

    /** @return when all has left; the file is let go of then, and when it fails */
    ChannelFuture start() {
        all.addListener(ended -> Sender.release(part));
        next();
        return all;
    }

    private void next() {
        progress.waiting(false);
        long end = part.offset() + part.length();
        long there = Math.min(end, part.arrival().there());
        if (!context.channel().isActive()) {
            all.tryFailure(new IOException("the client has gone"));
        } else if (at == end) {
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, all);
        } else if (there > at) {
            try {
                long length = isEncrypted ? Math.min(PIECE, there - at) : there - at;
                ChannelFuture sent = isEncrypted ? copy((int) length) : region(length);
                sent.addListener(ended -> {
                    if (ended.isSuccess()) {
                        at += length;
                        next();
                    } else {
                        all.tryFailure(ended.cause());
                    }
                });
            } catch (IOException e) {
                all.tryFailure(e);
            }
        } else if (part.arrival().isBroken()) {
            all.tryFailure(new IOException("the rest does not come"));
        } else {
            progress.waiting(true);
            context.flush();
            part.arrival().await(at, () -> context.executor().execute(this::next));
        }
    }

    private ChannelFuture copy(int length) throws IOException {
        ByteBuf piece = context.alloc().heapBuffer(length, length); // the JDK's ciphers copy direct ones
        boolean isWhole = false;
        try {
            while (piece.isWritable()) {
                if (piece.writeBytes(part.file(), at + piece.readableBytes(), piece.writableBytes()) <= 0) {
                    throw new IOException("a blob is shorter than it was");
                }
            }
            isWhole = true;
        } finally {
            if (!isWhole) {
                piece.release();
            }
        }
        progress.moved(length);
        return context.writeAndFlush(piece);
    }

    private ChannelFuture region(long length) {
        ChannelProgressivePromise promise = context.newProgressivePromise();
        promise.addListener(new ChannelProgressiveFutureListener() {
            private long told;

            @Override
            public void operationProgressed(ChannelProgressiveFuture future, long now, long total) {
                progress.moved(now - told);
                told = now;
            }

            @Override
            public void operationComplete(ChannelProgressiveFuture future) {
                // its waiter hears of it
            }
        });
        return context.writeAndFlush(new OpenRegion(part.file(), at, length), promise);
    }

    /** One that does not close its file, of which more may be sent. */
    private static final class OpenRegion extends DefaultFileRegion {
        OpenRegion(FileChannel file, long offset, long length) {
            super(file, offset, length);
        }

        @Override
        protected void deallocate() {
            // the file is its user's
        }
    }
}
