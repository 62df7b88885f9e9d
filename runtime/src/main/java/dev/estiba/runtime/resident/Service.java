package dev.estiba.runtime.resident;

/**
 * What a resident does for a caller.
 *
 * @param <C> a caller's connection
 */
@FunctionalInterface
public interface Service<C> {
    /**
     * To the connection's end; the resident closes it. What goes wrong is this method's to tell, it throws nothing.
     *
     * @return whether it was a use, which a resident stays for
     */
    boolean serve(C connection);
}
