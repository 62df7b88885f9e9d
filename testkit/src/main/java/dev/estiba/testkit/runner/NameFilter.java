package dev.estiba.testkit.runner;

import dev.estiba.testkit.runner.Options.Selection;
import java.util.List;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/** Lets through the test methods that one of the given names asks for. */
final class NameFilter implements PostDiscoveryFilter {
    private static final String ROOT = "dev.estiba.";

    private final List<Selection> selections;

    NameFilter(List<Selection> selections) {
        this.selections = List.copyOf(selections);
    }

    @Override
    public FilterResult apply(TestDescriptor test) {
        boolean wanted = test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(method -> selections.stream()
                        .anyMatch(
                                selection -> withoutRoot(method.getClassName()).contains(selection.type())
                                        && method.getMethodName().contains(selection.method())))
                .orElse(true); // a class goes when its last method has gone
        return FilterResult.includedIf(wanted);
    }

    /** All of our classes share this root, so that {@code dev} would mean every one of them. */
    private static String withoutRoot(String className) {
        return className.startsWith(ROOT) ? className.substring(ROOT.length()) : className;
    }
}
