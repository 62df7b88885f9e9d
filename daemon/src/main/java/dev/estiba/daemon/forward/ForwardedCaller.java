package dev.estiba.daemon.forward;

import dev.estiba.cli.Caller;
import dev.estiba.cli.LocalFiles;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.remote.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A caller at the other end of a forwarder. */
final class ForwardedCaller implements Caller {
    /** What the status of a call begins with that a signal has ended: its process ends by that signal. */
    private static final int BY_SIGNAL = 256;

    private final Call call;
    private final Link link;
    private final CallerFiles files;
    private final Path directory;
    private final CallerOutput out;
    private final CallerOutput err;
    private final CallerInput in;
    private final Thread program;

    private Optional<IntConsumer> onSignal = Optional.empty();
    private Optional<Consumer<WindowSize>> onResize = Optional.empty();
    private Optional<WindowSize> size;
    private boolean finished;
    private int unsettled;
    private volatile boolean gone;
    private Runnable onGone = () -> {};

    /** Made by the thread that runs the program. */
    ForwardedCaller(Call call, Link link) throws IOException {
        this.call = call;
        this.link = link;
        this.files = new CallerFiles(call);
        this.directory = files.directory();
        this.out = new CallerOutput(call.descriptors().output());
        this.err = new CallerOutput(call.descriptors().error());
        this.in = new CallerInput(link);
        this.program = Thread.currentThread();
        this.size = size(call.process().rows(), call.process().columns());
    }

    private static Optional<WindowSize> size(int rows, int columns) {
        return rows > 0 && columns > 0 ? Optional.of(new WindowSize(rows, columns)) : Optional.empty();
    }

    /** Takes what the forwarder says, to the connection's end. */
    void listen() throws IOException, MalformedFrame {
        try {
            for (Optional<ForwardFrame> next = link.read(); next.isPresent(); next = link.read()) {
                take(next.get());
            }
        } finally {
            leave();
        }
    }

    private void take(ForwardFrame frame) throws IOException {
        Optional<ForwardFrame.Kind> kind = frame.kind();
        if (kind.isEmpty()) {
            return;
        }
        switch (kind.get()) {
            case SIGNAL -> {
                if (frame.body().length >= Integer.BYTES) {
                    signal(frame.in().getInt());
                }
            }
            case SIZE -> {
                if (frame.body().length >= 2 * Short.BYTES) {
                    resize(
                            Short.toUnsignedInt(frame.in().getShort(0)),
                            Short.toUnsignedInt(frame.in().getShort(2)));
                }
            }
            case INPUT -> in.take(frame.body());
            case SETTLED -> settled();
            case CALL, EXIT, RAW, ELSEWHERE, WANT, HELLO -> {} // not the forwarder's to say, or not now
        }
    }

    private void signal(int number) throws IOException {
        Optional<IntConsumer> action;
        synchronized (this) {
            action = onSignal;
        }
        if (action.isPresent()) {
            action.get().accept(number);
        } else {
            finish(BY_SIGNAL + number);
            leave();
        }
    }

    private void resize(int rows, int columns) {
        Optional<Consumer<WindowSize>> action;
        Optional<WindowSize> now = size(rows, columns);
        synchronized (this) {
            size = now;
            action = onResize;
        }
        if (action.isPresent() && now.isPresent()) {
            action.get().accept(now.get());
        }
    }

    /** Tells the forwarder how the call ends, once. */
    synchronized void finish(int status) throws IOException {
        if (!finished) {
            finished = true;
            link.send(ForwardFrame.Kind.EXIT, status);
        }
    }

    /** Nobody waits for the program any more: it is woken from whatever wait of its own. */
    private void leave() {
        Runnable action;
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true; // first: who is told that its input has ended asks why
            action = onGone;
            notifyAll();
        }
        in.close();
        out.end();
        err.end();
        action.run();
        program.interrupt();
    }

    @Override
    public List<String> arguments() {
        return call.arguments();
    }

    @Override
    public Map<String, String> environment() {
        return call.environment();
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public OutputStream err() {
        return err;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public boolean isTerminal(int fd) {
        return fd >= 0 && fd <= 2 && (call.process().terminals() >>> fd & 1) != 0;
    }

    @Override
    public synchronized Optional<WindowSize> windowSize() {
        return size;
    }

    @Override
    public synchronized void onResize(Consumer<WindowSize> action) {
        onResize = Optional.of(action);
    }

    @Override
    public synchronized void onSignal(IntConsumer action) {
        onSignal = Optional.of(action);
    }

    /** Waits until it is done, so that what is written next meets the terminal as it is wanted. */
    @Override
    public void raw(boolean on) {
        try {
            synchronized (this) {
                unsettled++;
            }
            link.send(ForwardFrame.Kind.RAW, on ? 1 : 0);
            awaitSettled();
        } catch (IOException e) {
            return; // the forwarder has gone, and has put its terminal back
        }
    }

    /** Not from an action on a signal or a size: it would wait for itself. */
    private synchronized void awaitSettled() {
        try {
            while (unsettled > 0 && !gone && Thread.currentThread() == program) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void settled() {
        unsettled--;
        notifyAll();
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public InputStream open(String path) throws IOException {
        return files.open(path);
    }

    @Override
    public InputStream openRegular(String path) throws IOException {
        return files.openRegular(path);
    }

    @Override
    public String hostPath(String path) throws IOException {
        return files.hostPath(path);
    }

    @Override
    public LocalFiles files() {
        return new CallerCopies(files);
    }

    @Override
    public Wire program(List<String> command) throws IOException {
        return CallerProgram.start(call, command);
    }

    @Override
    public long uid() {
        return call.process().uid();
    }

    @Override
    public boolean gone() {
        return gone;
    }

    @Override
    public void onGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                onGone = action;
                return;
            }
        }
        action.run();
    }
}
