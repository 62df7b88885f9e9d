package dev.estiba.runtime.compile;

/** A configuration that cannot be made a container of, in words; nothing has changed when it is thrown. */
public final class UnsupportedConfig extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedConfig(String message) {
        super(message, null, false, false);
    }
}
