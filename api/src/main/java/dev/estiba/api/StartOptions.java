package dev.estiba.api;

/**
 * @param detachKeys the keys that detach its clients, as {@code ctrl-p,ctrl-q}; empty: the default ones
 * @param trace keep what each step of the start returned and how long it took, for {@link EngineApi#traceContainer}
 */
public record StartOptions(String detachKeys, boolean trace) {
    public static final StartOptions DEFAULT = new StartOptions("", false);
}
