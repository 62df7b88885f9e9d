package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** ioctl_tty(2). */
public final class Terminals {
    private static final int IOCTL = Frame.number("ioctl");
    private static final int TCGETS = 0x5401;
    /** struct termios of the kernel is 36 bytes on both machines. */
    private static final int TERMIOS = 64;

    private Terminals() {}

    /** Whether a descriptor is a terminal. */
    public static boolean isTerminal(Fd fd) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment termios = frame.space(TERMIOS);
            return frame.call(IOCTL, fd.number(), TCGETS, termios.address()) >= 0;
        }
    }
}
