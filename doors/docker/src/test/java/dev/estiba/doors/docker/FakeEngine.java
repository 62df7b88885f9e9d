package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.api.Platform;
import dev.estiba.api.Version;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine that does what a test says, and keeps what it was asked. What nobody has said, it refuses. */
final class FakeEngine {
    /** What the door asks besides. */
    private static final Set<String> ASIDE = Set.of("version", "knownContainers");

    final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Operation> operations = new ConcurrentHashMap<>();

    interface Operation {
        Object run(Object[] arguments) throws Exception;
    }

    FakeEngine() {
        Version version = new Version(
                new Platform("Fake"), List.of(), "1.0", "1.55", "1.24", "", "", "linux", "amd64", "", false, "");
        on("version", _ -> version);
        on("knownContainers", _ -> Optional.empty());
    }

    FakeEngine on(String method, Operation operation) {
        operations.put(method, operation);
        return this;
    }

    EngineApi api() {
        return (EngineApi) Proxy.newProxyInstance(
                EngineApi.class.getClassLoader(), new Class<?>[] {EngineApi.class}, (_, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    return call(method, given);
                });
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            try {
                return method.invoke(this, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
        StringBuilder words = new StringBuilder(method.getName());
        for (Object each : arguments) {
            words.append(' ').append(each);
        }
        if (!ASIDE.contains(method.getName())) {
            calls.add(words.toString());
        }
        Operation operation = operations.get(method.getName());
        if (operation == null) {
            throw ApiException.notFound("No such thing: " + words);
        }
        return operation.run(arguments);
    }
}
