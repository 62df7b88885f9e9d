package dev.estiba.api;

/** A registry that is being served until this is closed, which waits some seconds for requests that are under way. */
public interface ServedRegistry extends AutoCloseable {
    /** {@code http://127.0.0.1:5000}. */
    String url();

    @Override
    void close();
}
