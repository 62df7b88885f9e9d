package dev.estiba.linux;

import java.lang.reflect.Proxy;

/**
 * Signals to this very process that are no reason for it to end. The JDK has no interface for them but sun.misc.Signal, which stays
 * until there is one (JEP 260, "critical internal APIs"); javac warns of its name, so it is found by that name here and nowhere else.
 */
public final class ProcessSignals {
    private ProcessSignals() {}

    /**
     * From now on the signal makes a thread of its own run the action, one at a time and never in a signal's handler.
     *
     * @param name without SIG, of those that the JVM leaves to programs: HUP
     * @throws IllegalStateException on a JDK without it
     */
    public static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    ProcessSignals.class.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null; // nobody asks it anything else
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be waited for", e);
        }
    }
}
