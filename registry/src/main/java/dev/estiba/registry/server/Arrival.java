package dev.estiba.registry.server;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** How much of a file has come that may be given out. Safe for all threads. */
interface Arrival {
    /** Of a file that is here. */
    Arrival COMPLETE = new Arrival() {
        @Override
        public long there() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean isBroken() {
            return false;
        }

        @Override
        public void await(long more, Runnable then) {
            then.run();
        }

        @Override
        public void release(FileChannel file) throws IOException {
            file.close();
        }
    };

    /** In bytes, from the file's beginning. */
    long there();

    /** Whether the rest will not come. */
    boolean isBroken();

    /** @param then is called once, by any thread, when there is more than that, or it is broken; at once when it is so already */
    void await(long more, Runnable then);

    /** Whoever was given the file to send of it needs it no more. */
    void release(FileChannel file) throws IOException;
}
