package dev.estiba.runtime.command;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Op;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.plan.Step;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An answer that was compiled for its request. */
public final class DirectAnswer implements EncodedAnswer {
    private final OciCommand command;
    private final Answer answer;
    private final Abi abi;

    DirectAnswer(OciCommand command, Answer answer, Abi abi) {
        this.command = command;
        this.answer = answer;
        this.abi = abi;
    }

    boolean isRepeatable() {
        return answer.repeatable();
    }

    @Override
    public ByteBuffer plan(int reserve) {
        return PlanEncoder.encodeBehind(reserve, answer.plan(), abi);
    }

    @Override
    public Optional<Continuation> next() {
        return answer.next().map(next -> more -> new DirectAnswer(command, command.goOn(next, more), abi));
    }

    @Override
    public Optional<String> refusal() {
        List<Step> steps = answer.plan().part(Actor.OUTER).steps();
        boolean refuses = steps.size() == 1 && steps.getFirst().op() == Op.FAIL;
        return refuses ? Optional.of(steps.getFirst().sentence()) : Optional.empty();
    }

    @Override
    public Set<String> said() {
        Set<String> sentences = new HashSet<>();
        for (Step step : answer.plan().part(Actor.OUTER).steps()) {
            if (step.whole()) {
                sentences.add(step.sentence());
            }
        }
        return sentences;
    }
}
