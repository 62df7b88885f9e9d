package dev.estiba.linux;

import dev.estiba.linux.number.Errno;

/**
 * Which of the newer mount calls a kernel has not got, or a filter around this process answers in its place: asked with
 * arguments that are none, to which the calls themselves answer something else. That does not change while a process lives.
 *
 * @param openTree whether open_tree(2) is one
 * @param mountSetattr whether mount_setattr(2) is one
 */
public record WithheldCalls(boolean openTree, boolean mountSetattr) {
    private static final WithheldCalls HERE = ask();

    public static WithheldCalls here() {
        return HERE;
    }

    private static WithheldCalls ask() {
        try (Frame frame = new Frame()) {
            long empty = frame.string("").address();
            return new WithheldCalls(
                    isWithheld(frame.call(Frame.number("open_tree"), -1, empty, 0)),
                    isWithheld(frame.call(Frame.number("mount_setattr"), -1, empty, 0, 0, 0)));
        }
    }

    private static boolean isWithheld(long answer) {
        return answer == -Errno.ENOSYS.number() || answer == -Errno.EPERM.number();
    }
}
