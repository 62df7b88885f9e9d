package dev.estiba.doors.docker;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands on one message for each read that is asked for, however many one piece of the stream has brought. What waits is no more than
 * what one piece has brought, since the next one is read when nothing is left.
 */
final class OneByOne extends ChannelDuplexHandler {
    private final Deque<Object> waiting = new ArrayDeque<>();
    private boolean isWanted;
    private boolean isHandingOn;
    private boolean isOver;

    @Override
    public void read(ChannelHandlerContext context) {
        isWanted = true;
        handOn(context);
        if (isWanted && !isOver) {
            context.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        waiting.add(message);
        handOn(context);
    }

    /** The piece had nothing whole in it, or what it had was not all that is wanted. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (isWanted && !isOver) {
            context.read();
        }
    }

    /** Nothing more comes: who reads on would be told so again and again. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        isOver |= event instanceof ChannelInputShutdownEvent;
        context.fireUserEventTriggered(event);
    }

    private void handOn(ChannelHandlerContext context) {
        if (isHandingOn) {
            return; // whoever is at it goes on
        }
        isHandingOn = true;
        try {
            while (isWanted && !waiting.isEmpty()) {
                isWanted = false;
                context.fireChannelRead(waiting.remove());
            }
        } finally {
            isHandingOn = false;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        context.fireChannelInactive();
    }
}
