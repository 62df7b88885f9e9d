package dev.estiba.doors.docker;

import dev.estiba.api.Body;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.Layout;
import java.util.List;
import java.util.Optional;

/**
 * The list of containers that was answered last: programs ask for it again and again, and writing it is most of what that takes.
 * The engine answers the same object for as long as it would say the same of a container. Safe for all threads.
 */
final class WrittenList {
    private volatile Optional<Written> last = Optional.empty();

    /** @param line JSON and a newline */
    private record Written(ApiVersion version, List<ContainerSummary> containers, byte[] line) {}

    /** The list as that version has it; nobody writes to it. */
    byte[] line(ApiVersion version, List<ContainerSummary> containers) {
        Optional<Written> known = last;
        if (known.isPresent()
                && known.get().version().equals(version)
                && areTheSame(known.get().containers(), containers)) {
            return known.get().line();
        }
        byte[] line = Responses.line(
                Body.CONTAINER_SUMMARY.writeList(AnswerForms.listed(version, containers), Layout.COMPACT));
        last = Optional.of(new Written(version, List.copyOf(containers), line));
        return line;
    }

    @SuppressWarnings("ReferenceEquality") // equal ones that are not the same are written again, which does no harm
    private static boolean areTheSame(List<ContainerSummary> some, List<ContainerSummary> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }
}
