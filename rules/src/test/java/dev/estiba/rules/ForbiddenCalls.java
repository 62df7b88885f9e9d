package dev.estiba.rules;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Calls that make a library behave by the process it happens to run in. Many callers live in one resident JVM, each with
 * its own directory, environment, streams and language, so only a {@code main} may look at the process's.
 */
final class ForbiddenCalls {
    private static final String PROCESS = "belongs to the process; only a main class may touch it, and passes it on";
    private static final String LOCALE = "depends on the default locale; name Locale.ROOT";
    private static final String CHARSET = "depends on the default charset; name one";
    private static final String ZONE = "depends on the default time zone; name one";
    private static final String SLEEP = "waits on a clock; wait for the thing itself, with a deadline";
    private static final String FORK = "starts a process from the JVM; the native executable does that";
    private static final String INTERNAL = "is the JDK's own business and goes away";

    /** {@code owner.member} forbids all overloads, {@code owner.member(types)} one. */
    private static final Map<String, String> FORBIDDEN = forbidden();

    private final Set<String> mains;
    private final Set<String> starters;

    /**
     * @param mains classes that are programs: they may touch the process
     * @param starters packages (with those beneath) whose purpose is to start other programs
     */
    ForbiddenCalls(Set<String> mains, Set<String> starters) {
        this.mains = Set.copyOf(mains);
        this.starters = Set.copyOf(starters);
    }

    private static Map<String, String> forbidden() {
        Map<String, String> calls = new LinkedHashMap<>();
        Stream.of(
                        "java.lang.System.exit",
                        "java.lang.System.getenv",
                        "java.lang.System.getProperty",
                        "java.lang.System.getProperties",
                        "java.lang.System.setProperty",
                        "java.lang.System.out",
                        "java.lang.System.err",
                        "java.lang.System.in",
                        "java.lang.System.setOut",
                        "java.lang.System.setErr",
                        "java.lang.System.setIn",
                        "java.lang.System.console",
                        "java.lang.Boolean.getBoolean",
                        "java.lang.Integer.getInteger",
                        "java.lang.Long.getLong",
                        "java.lang.Runtime.exit",
                        "java.lang.Runtime.halt",
                        "java.lang.Runtime.addShutdownHook",
                        "java.lang.Throwable.printStackTrace()",
                        "java.nio.file.Path.toAbsolutePath",
                        "java.io.File.getAbsolutePath",
                        "java.io.File.getAbsoluteFile",
                        "java.io.File.getCanonicalPath",
                        "java.io.File.getCanonicalFile")
                .forEach(call -> calls.put(call, PROCESS));
        Stream.of(
                        "java.util.Locale.getDefault",
                        "java.util.Locale.setDefault",
                        "java.lang.String.toLowerCase()",
                        "java.lang.String.toUpperCase()",
                        "java.lang.String.formatted",
                        "java.lang.String.format(java.lang.String, java.lang.Object[])",
                        "java.io.PrintStream.printf(java.lang.String, java.lang.Object[])",
                        "java.io.PrintStream.format(java.lang.String, java.lang.Object[])",
                        "java.io.PrintWriter.printf(java.lang.String, java.lang.Object[])",
                        "java.io.PrintWriter.format(java.lang.String, java.lang.Object[])",
                        "java.util.Formatter.<init>()",
                        "java.util.Formatter.<init>(java.lang.Appendable)",
                        "java.text.NumberFormat.getInstance()",
                        "java.text.DecimalFormat.<init>(java.lang.String)",
                        "java.text.SimpleDateFormat.<init>(java.lang.String)",
                        "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)")
                .forEach(call -> calls.put(call, LOCALE));
        Stream.of(
                        "java.nio.charset.Charset.defaultCharset",
                        "java.lang.String.getBytes()",
                        "java.lang.String.<init>([B)",
                        "java.lang.String.<init>([B, int, int)",
                        "java.io.ByteArrayOutputStream.toString()",
                        "java.io.InputStreamReader.<init>(java.io.InputStream)",
                        "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
                        "java.io.FileReader.<init>(java.lang.String)",
                        "java.io.FileReader.<init>(java.io.File)",
                        "java.io.FileWriter.<init>(java.lang.String)",
                        "java.io.FileWriter.<init>(java.io.File)",
                        "java.io.PrintStream.<init>(java.io.OutputStream)",
                        "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
                        "java.io.PrintWriter.<init>(java.io.OutputStream)",
                        "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
                        "java.util.Scanner.<init>(java.io.InputStream)",
                        "java.lang.Process.inputReader()",
                        "java.lang.Process.errorReader()",
                        "java.lang.Process.outputWriter()",
                        "java.nio.channels.Channels.newReader(java.nio.channels.ReadableByteChannel, java.lang.String)")
                .forEach(call -> calls.put(call, CHARSET));
        Stream.of(
                        "java.time.ZoneId.systemDefault",
                        "java.util.TimeZone.getDefault",
                        "java.time.Clock.systemDefaultZone",
                        "java.time.LocalDate.now()",
                        "java.time.LocalTime.now()",
                        "java.time.LocalDateTime.now()",
                        "java.time.OffsetDateTime.now()",
                        "java.time.ZonedDateTime.now()",
                        "java.util.Calendar.getInstance()")
                .forEach(call -> calls.put(call, ZONE));
        Stream.of("java.lang.Thread.sleep", "java.util.concurrent.TimeUnit.sleep")
                .forEach(call -> calls.put(call, SLEEP));
        Stream.of("java.lang.ProcessBuilder.<init>", "java.lang.Runtime.exec").forEach(call -> calls.put(call, FORK));
        return Map.copyOf(calls);
    }

    /** A sentence for each forbidden call or reference, with class and line. */
    List<String> violations(JavaClasses classes) {
        return classes.stream().flatMap(this::ofClass).distinct().sorted().toList();
    }

    private Stream<String> ofClass(JavaClass type) {
        return type.getAccessesFromSelf().stream()
                .flatMap(
                        access -> because(access.getTarget())
                                .filter(why -> !excused(type, why))
                                .map(why -> sentence(access, why))
                                .stream());
    }

    private static String sentence(JavaAccess<?> access, String why) {
        AccessTarget target = access.getTarget();
        return "%s.%s %s (%s)"
                .formatted(
                        target.getOwner().getSimpleName(),
                        target.getName(),
                        why,
                        access.getOrigin().getFullName() + ":" + access.getLineNumber());
    }

    private static Optional<String> because(AccessTarget target) {
        String owner = target.getOwner().getName();
        if (owner.startsWith("sun.") || owner.startsWith("jdk.internal.")) {
            return Optional.of(INTERNAL);
        }
        String member = owner + "." + target.getName();
        Optional<String> all = Optional.ofNullable(FORBIDDEN.get(member));
        return all.isPresent() || !(target instanceof CodeUnitAccessTarget unit)
                ? all
                : Optional.ofNullable(FORBIDDEN.get(member + parameters(unit)));
    }

    private static String parameters(CodeUnitAccessTarget unit) {
        return unit.getRawParameterTypes().stream()
                .map(JavaClass::getName)
                .map(name -> name.startsWith("[L") ? name.substring(2, name.length() - 1) + "[]" : name)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private boolean excused(JavaClass type, String why) {
        String outermost = type.getName().replaceAll("\\$.*", "");
        if (why.equals(PROCESS)) {
            return mains.contains(outermost);
        }
        return why.equals(FORK) && starters.stream().anyMatch(starter -> outermost.startsWith(starter + "."));
    }
}
