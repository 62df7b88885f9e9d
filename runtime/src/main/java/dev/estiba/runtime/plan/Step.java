package dev.estiba.runtime.plan;

import dev.estiba.linux.number.SystemCall;
import java.util.List;
import java.util.Optional;

/**
 * One step.
 *
 * @param call which system call, where {@code op} is {@link Op#CALL}
 * @param number what the operation takes apart from its arguments: a width, a way to compare, a kind
 * @param result the register for the result, or {@link #NO_RESULT}
 * @param target where a jump goes
 * @param sentence what is done, for the printed plan and for the failure ("mount proc on /proc")
 * @param whole whether the sentence is the whole failure, so that no errno's text follows it
 * @param group the heading under which the step is printed
 */
public record Step(
        Op op,
        Optional<SystemCall> call,
        int number,
        List<Arg> args,
        int result,
        Optional<Label> target,
        OnFailure onFailure,
        String sentence,
        boolean whole,
        String group) {
    public static final int NO_RESULT = 0xffff;
}
