package dev.estiba.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What classes may be called and what they may hold. */
final class Names {
    /** A name that says that its class has no subject. */
    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Util|Utils|Manager|Helper|Helpers|Impl)");

    private static final Set<String> MUTABLE = Set.of(
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.BitSet",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.LinkedList",
            "java.util.TreeMap",
            "java.util.WeakHashMap",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentMap",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.atomic.AtomicBoolean",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.atomic.AtomicReference",
            "java.util.concurrent.atomic.LongAdder",
            "java.util.concurrent.locks.ReentrantLock",
            "java.lang.StringBuilder",
            "java.lang.ThreadLocal",
            "java.util.Random");

    private Names() {}

    static List<String> emptyNames(JavaClasses classes) {
        return classes.stream()
                .filter(type -> EMPTY_NAME.matcher(type.getSimpleName()).matches())
                .map(type -> type.getName() + " has a name that does not say what it is")
                .sorted()
                .toList();
    }

    /** Static fields that can change: two callers in one JVM would meet in them. */
    static List<String> mutableStatics(JavaClasses classes) {
        return classes.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL)
                        || MUTABLE.contains(field.getRawType().getName()))
                .map(JavaField::getFullName)
                .map(field -> field + " is static and can change")
                .sorted()
                .toList();
    }

    /** Packages whose classes do not say what may be null. */
    static List<String> unmarkedPackages(JavaClasses classes) {
        List<String> marked = classes.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaClass::getPackageName)
                .toList();
        Stream<String> all = classes.stream().map(JavaClass::getPackageName).distinct();
        return all.filter(name -> !marked.contains(name))
                .map(name -> name + " has no package-info.java with @NullMarked")
                .sorted()
                .toList();
    }
}
