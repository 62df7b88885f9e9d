package dev.estiba.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The walls between the modules. */
final class Arrows {
    private static final String FOREIGN = "java.lang.foreign";

    private final House house;

    Arrows(House house) {
        this.house = house;
    }

    /** Uses of a module by one that may not use it, and classes in a module that the house does not know. */
    List<String> violations(JavaClasses classes) {
        return classes.stream().flatMap(this::ofClass).sorted().toList();
    }

    private Stream<String> ofClass(JavaClass type) {
        Optional<String> module = house.moduleOf(type.getName());
        if (module.isEmpty()) {
            return Stream.empty();
        }
        if (!house.arrows().containsKey(module.get())) {
            return Stream.of("%s is in module %s, which is not in House".formatted(type.getName(), module.get()));
        }
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> house.moduleOf(targetOf(dependency))
                        .filter(used -> !house.allows(module.get(), used))
                        .isPresent())
                .map(dependency -> "%s may not use %s: %s"
                        .formatted(
                                module.get(),
                                house.moduleOf(targetOf(dependency)).orElseThrow(),
                                dependency.getDescription()))
                .distinct();
    }

    /** Uses of the FFM API outside {@code linux}: unsafe memory and native calls are reviewed in one place. */
    List<String> foreignOutsideLinux(JavaClasses classes) {
        return classes.stream()
                .filter(type -> !house.moduleOf(type.getName()).equals(Optional.of("linux")))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency ->
                        baseOf(dependency.getTargetClass()).getPackageName().equals(FOREIGN))
                .map(dependency -> "only linux may use " + FOREIGN + ": " + dependency.getDescription())
                .distinct()
                .sorted()
                .toList();
    }

    private static String targetOf(Dependency dependency) {
        return baseOf(dependency.getTargetClass()).getName();
    }

    private static JavaClass baseOf(JavaClass type) {
        return type.getBaseComponentType();
    }
}
