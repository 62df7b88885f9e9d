package dev.estiba.content.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What testkit/faults/recorder has written down of a disk: its writes, in their order, and its flushes. */
final class WriteLog implements AutoCloseable {
    private static final int HEAD = 16;
    /** A disk writes so much at once or not at all. */
    private static final int SECTOR = 4096;

    private final FileChannel log;
    private final List<Step> steps = new ArrayList<>();

    /**
     * @param offset on the disk
     * @param length of what is written; 0: a flush
     * @param at where in the log its bytes are
     */
    record Step(long offset, int length, long at) {
        boolean isFlush() {
            return length == 0;
        }

        /** Where the log was when it had been answered. */
        long end() {
            return at + length;
        }
    }

    private WriteLog(FileChannel log) {
        this.log = log;
    }

    static WriteLog read(Path file) throws IOException {
        WriteLog read = new WriteLog(FileChannel.open(file, StandardOpenOption.READ));
        ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.nativeOrder());
        long size = read.log.size();
        for (long at = 0; at + HEAD <= size; ) {
            head.clear();
            while (head.hasRemaining() && read.log.read(head, at + head.position()) > 0) {
                // until all of it is there
            }
            Step step = new Step(head.getLong(0), head.getInt(8), at + HEAD);
            read.steps.add(step);
            at = step.end();
        }
        return read;
    }

    List<Step> steps() {
        return steps;
    }

    /** All of a step. */
    void apply(Step step, FileChannel disk) throws IOException {
        copy(step, 0, step.length(), disk);
    }

    /**
     * What a power cut may have left of these, none of which was followed by a flush: some, in any order, and of some a part.
     *
     * @return how many were lost or torn
     */
    int applySome(List<Step> unflushed, FileChannel disk, Random random) throws IOException {
        List<Step> order = new ArrayList<>(unflushed);
        Collections.shuffle(order, random);
        int kept = List.of(0, 10, 50, 90, 100).get(random.nextInt(5));
        int lost = 0;
        for (Step step : order) {
            if (random.nextInt(100) >= kept) {
                lost++;
            } else if (step.length() > SECTOR && random.nextInt(4) == 0) {
                int from = random.nextInt(step.length() / SECTOR) * SECTOR;
                int to = from + (1 + random.nextInt((step.length() - from + SECTOR - 1) / SECTOR)) * SECTOR;
                copy(step, from, Math.min(to, step.length()), disk);
                lost++;
            } else {
                apply(step, disk);
            }
        }
        return lost;
    }

    private void copy(Step step, int from, int to, FileChannel disk) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(to - from);
        while (bytes.hasRemaining() && log.read(bytes, step.at() + from + bytes.position()) > 0) {
            // until all of it is there
        }
        bytes.flip();
        long at = step.offset() + from;
        while (bytes.hasRemaining()) {
            at += disk.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
