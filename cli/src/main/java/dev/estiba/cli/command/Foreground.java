package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.WaitError;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.Call;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.stream.Session;
import dev.estiba.cli.stream.Signals;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A command that stays with a container until it ends. */
final class Foreground {
    /** As a shell says it of a program that SIGPIPE has killed. */
    static final int KILLED_BY_PIPE = 141;

    private static final int SIGNALLED = 128;

    private final Call call;
    private final String id;
    private final AtomicInteger signal = new AtomicInteger();
    private volatile Optional<Session> staying = Optional.empty();

    Foreground(Call call, String id) {
        this.call = call;
        this.id = id;
    }

    /** Passes the caller's signals on to the container, from before its start; without {@code proxy} they end the stay. */
    void takeSignals(boolean proxy) {
        if (!proxy) {
            call.caller().onSignal(number -> {
                if (Signals.ends(number)) {
                    signal.compareAndSet(0, number);
                    staying.ifPresent(Session::leave);
                }
            });
            return;
        }
        call.caller().onSignal(number -> {
            if (Signals.isForContainer(number)) {
                try {
                    call.engine().killContainer(id, Integer.toString(number));
                } catch (ApiException ended) {
                    // It is not running yet or no more: the signal has nobody to go to.
                }
            }
        });
    }

    /** Passes the streams on; the caller's exit status. */
    int stay(Session session, boolean isTerminal, CompletableFuture<WaitResponse> end) throws IOException {
        staying = Optional.of(session);
        if (signal.get() != 0) {
            return SIGNALLED + signal.get(); // it came before there was a session to leave
        }
        if (isTerminal) {
            Session.followSize(call.caller(), this::resize);
        }
        return switch (session.run()) {
            case OUTPUT -> status(end);
            case DETACHED -> signal.get() == 0 ? 0 : SIGNALLED + signal.get();
            case BROKEN_PIPE -> KILLED_BY_PIPE;
        };
    }

    private void resize(WindowSize size) {
        try {
            call.engine().resizeContainer(id, size.rows(), size.columns());
        } catch (ApiException ended) {
            // It has ended: nobody looks at its terminal.
        }
    }

    /** Waits for the container's end. */
    static int status(CompletableFuture<WaitResponse> end) throws IOException {
        try {
            WaitResponse answer = end.get();
            if (answer.error().isPresent()) {
                throw ApiException.serverError(
                        answer.error().map(WaitError::message).orElse(""));
            }
            return answer.statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ApiException.SERVER_ERROR, "interrupted while waiting for the container's end", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException said) {
                throw said;
            }
            throw new ApiException(ApiException.SERVER_ERROR, "cannot wait for the container: " + e.getCause(), e);
        }
    }
}
