package dev.estiba.runtime.plan;

/** Bytes that are no plan, or not one that this version can read; the message is the executor's own where it has one. */
public final class PlanFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    PlanFormatException(String message) {
        super(message, null, false, false); // what is wrong is in the bytes, not in the stack
    }
}
