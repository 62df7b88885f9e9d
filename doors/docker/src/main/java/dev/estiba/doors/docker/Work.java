package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ErrorResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Has a handler answer a request, whatever it throws. */
final class Work {
    private static final Logger LOG = System.getLogger(DockerDoor.class.getName());

    private Work() {}

    /** Whether the answer was ready. */
    static boolean isAtOnce(Exchange exchange) {
        try {
            return exchange.route().prompt().hasAnswered(exchange);
        } catch (IOException e) {
            return false; // the handler meets it as well, and says it
        }
    }

    static void run(Exchange exchange, Connection connection) {
        exchange.begun(Thread.currentThread());
        try {
            exchange.route().handler().answer(exchange);
            ended(exchange, connection);
        } catch (ClientGone e) {
            connection.broken();
        } catch (ApiException e) {
            failed(exchange, connection, e.status(), e.message());
        } catch (IOException e) {
            failed(exchange, connection, ApiException.SERVER_ERROR, reason(e));
        } catch (RuntimeException | Error e) {
            LOG.log(
                    Level.ERROR,
                    exchange.route().method() + " " + exchange.route().path() + " failed",
                    e);
            failed(exchange, connection, ApiException.SERVER_ERROR, "internal error: " + reason(e));
        } finally {
            exchange.ended();
            Thread.interrupted(); // of a client that left: the thread goes on to another one's request
        }
    }

    private static void ended(Exchange exchange, Connection connection) {
        if (!exchange.isBegun()) {
            failed(exchange, connection, ApiException.SERVER_ERROR, "internal error: there is no answer");
        } else if (!exchange.isEndingLater()) {
            exchange.pipe().ifPresent(OutputPipe::close);
        }
    }

    private static void failed(Exchange exchange, Connection connection, int status, String message) {
        if (exchange.isBegun()) {
            // The client sees that the answer has no end; what went wrong, the stream has said when it can say such
            // things.
            connection.broken();
        } else {
            exchange.answer(valid(status), Body.ERROR_RESPONSE, new ErrorResponse(message));
        }
    }

    private static int valid(int status) {
        return status >= 400 && status < 600 ? status : ApiException.SERVER_ERROR;
    }

    /** Some exceptions have nothing to say but their kind. */
    static String reason(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
