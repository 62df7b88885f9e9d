package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;

/** The size of a terminal, as {@code h} and {@code w}. */
final class Sizes {
    private Sizes() {}

    static int rows(Exchange exchange) throws ApiException {
        return number(exchange, "h", "height");
    }

    static int columns(Exchange exchange) throws ApiException {
        return number(exchange, "w", "width");
    }

    private static int number(Exchange exchange, String name, String what) throws ApiException {
        String text = exchange.query().text(name);
        if (!text.matches("[0-9]{1,10}")) {
            throw ApiException.badRequest("invalid resize " + what + " " + Query.quoted(text) + ": invalid syntax");
        }
        long value = Long.parseLong(text);
        if (value > 0xffff) { // ioctl_tty(2), struct winsize
            throw ApiException.badRequest("invalid resize " + what + " " + Query.quoted(text) + ": value out of range");
        }
        return (int) value;
    }
}
