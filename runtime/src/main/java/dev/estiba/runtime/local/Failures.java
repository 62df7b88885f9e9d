package dev.estiba.runtime.local;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import dev.estiba.runtime.plan.Actor;
import java.util.Set;

/** What an executor reports as what a caller of the library can act on. */
final class Failures {
    private static final String COMMAND = "estiba-oci ";

    private Failures() {}

    /** @param said sentences with which the plan itself says no: they are about the container's state */
    static ContainerException of(Report.Failed failed, Set<String> said) {
        boolean own = failed.actor() == Actor.OUTER.ordinal() && said.stream().anyMatch(failed.sentence()::endsWith);
        ErrorCode code = ErrorCode.STEP_FAILED;
        if (own) {
            code = failed.errno() == Errno.EEXIST.number() ? ErrorCode.CONTAINER_EXISTS : ErrorCode.WRONG_STATE;
        }
        return new ContainerException(code, words(failed.sentence()), failed.errno());
    }

    /** Who calls from Java has not called the command. */
    static String words(String sentence) {
        return sentence.startsWith(COMMAND) ? sentence.substring(COMMAND.length()) : sentence;
    }
}
