package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.cli.Caller;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An engine that is asked and never told: questions go on to the real one, what would change something is answered by a method of
 * the same name that notes it. Whatever is neither is refused, so that a new operation changes nothing before somebody has thought of
 * it here; a test goes through all that there are.
 */
final class ForeseenEngine implements InvocationHandler {
    /** Operations that change nothing. */
    static final Set<String> QUESTIONS = Set.of(
            "inspectContainer",
            "knownContainers",
            "listContainers",
            "containerLogs",
            "topContainer",
            "containerStats",
            "diskUsage",
            "version",
            "info",
            "events",
            "explainContainer",
            "diagnoseContainer",
            "meantImages",
            "listImages",
            "inspectImage",
            "imageHistory",
            "registryImage",
            "knownUser",
            "checkHost",
            "containerChanges",
            "statPath",
            "readArchive",
            "listNetworks",
            "inspectNetwork",
            "listVolumes",
            "inspectVolume",
            "imageTree",
            "diffImages",
            "exportContainer",
            "saveImages");

    /** Operations that the commands with these flags do not ask for. */
    static final Set<String> REFUSED = Set.of(
            "pushImage",
            "loadImages",
            "importImage",
            "login",
            "logout",
            "serveRegistry",
            "checkImages",
            "copyImage",
            "traceContainer",
            "createExec",
            "startExec",
            "inspectExec",
            "resizeExec");

    private final EngineApi engine;
    private final List<Object> foreseen;

    private ForeseenEngine(EngineApi engine, List<Object> foreseen) {
        this.engine = engine;
        this.foreseen = foreseen;
    }

    static EngineApi of(EngineApi engine, Plan plan, Caller caller) {
        ForeseenMaking making = new ForeseenMaking(engine, plan, caller);
        List<Object> foreseen = List.of(
                making,
                new ForeseenLives(engine, plan, making),
                new ForeseenImages(engine, plan, making),
                new ForeseenNetworks(engine, plan),
                new ForeseenVolumes(engine, plan),
                new ForeseenPruning(engine, plan));
        Class<?>[] faces = {EngineApi.class};
        return (EngineApi)
                Proxy.newProxyInstance(EngineApi.class.getClassLoader(), faces, new ForeseenEngine(engine, foreseen));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            for (Object each : foreseen) {
                Optional<Method> own = own(each.getClass(), method);
                if (own.isPresent()) {
                    return own.get().invoke(each, arguments);
                }
            }
            if (QUESTIONS.contains(method.getName())) {
                return method.invoke(engine, arguments);
            }
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
        throw ApiException.notImplemented("not built yet: to say what " + method.getName() + " would change");
    }

    /** The method that says what another one would change. */
    static Optional<Method> own(Class<?> type, Method meant) {
        try {
            Method found = type.getDeclaredMethod(meant.getName(), meant.getParameterTypes());
            return Optional.of(found);
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }
}
