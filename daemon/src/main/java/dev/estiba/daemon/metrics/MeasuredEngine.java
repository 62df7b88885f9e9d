package dev.estiba.daemon.metrics;

import dev.estiba.api.EngineApi;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;

/** An engine of which each call is counted, and passed on. Only who measures pays for it. */
final class MeasuredEngine implements InvocationHandler {
    private final EngineApi engine;
    private final Calls calls;

    private MeasuredEngine(EngineApi engine, Calls calls) {
        this.engine = engine;
        this.calls = calls;
    }

    static EngineApi of(EngineApi engine, Calls calls) {
        Class<?>[] faces = {EngineApi.class};
        return (EngineApi)
                Proxy.newProxyInstance(EngineApi.class.getClassLoader(), faces, new MeasuredEngine(engine, calls));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        long start = System.nanoTime();
        try {
            Object answer = method.invoke(engine, arguments);
            calls.answered(method.getName(), System.nanoTime() - start);
            return answer;
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            calls.failed(method.getName(), cause);
            throw cause;
        }
    }
}
