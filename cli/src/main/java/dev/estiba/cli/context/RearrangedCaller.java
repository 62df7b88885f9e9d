package dev.estiba.cli.context;

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

/** A caller with other words and another environment. */
final class RearrangedCaller implements Caller {
    private final Caller caller;
    private final List<String> arguments;
    private final Map<String, String> environment;

    RearrangedCaller(Caller caller, List<String> arguments, Map<String, String> environment) {
        this.caller = caller;
        this.arguments = List.copyOf(arguments);
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<String> arguments() {
        return arguments;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public OutputStream out() {
        return caller.out();
    }

    @Override
    public OutputStream err() {
        return caller.err();
    }

    @Override
    public InputStream in() {
        return caller.in();
    }

    @Override
    public boolean isTerminal(int descriptor) {
        return caller.isTerminal(descriptor);
    }

    @Override
    public Optional<WindowSize> windowSize() {
        return caller.windowSize();
    }

    @Override
    public void onResize(Consumer<WindowSize> listener) {
        caller.onResize(listener);
    }

    @Override
    public void onSignal(IntConsumer listener) {
        caller.onSignal(listener);
    }

    @Override
    public void raw(boolean on) {
        caller.raw(on);
    }

    @Override
    public Path directory() {
        return caller.directory();
    }

    @Override
    public InputStream open(String path) throws IOException {
        return caller.open(path);
    }

    @Override
    public InputStream openRegular(String path) throws IOException {
        return caller.openRegular(path);
    }

    @Override
    public String hostPath(String path) throws IOException {
        return caller.hostPath(path);
    }

    @Override
    public LocalFiles files() {
        return caller.files();
    }

    @Override
    public Wire program(List<String> command) throws IOException {
        return caller.program(command);
    }

    @Override
    public long uid() {
        return caller.uid();
    }

    @Override
    public boolean gone() {
        return caller.gone();
    }

    @Override
    public void onGone(Runnable action) {
        caller.onGone(action);
    }
}
