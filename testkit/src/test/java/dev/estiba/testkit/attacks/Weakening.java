package dev.estiba.testkit.attacks;

import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Op;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes of plans: the steps that are meant are named by their sentences. As many steps as before, so that jumps stay right. */
final class Weakening {
    /** What becomes of a step; {@code data} may be appended to. */
    interface Change {
        Step of(Step step, Bytes data, int spare);
    }

    private final List<Map.Entry<Predicate<Step>, Change>> changes = new ArrayList<>();
    private final AtomicInteger changed = new AtomicInteger();

    /** A plan's data, to which more can be added. */
    static final class Bytes {
        private byte[] all;

        Bytes(byte[] all) {
            this.all = all;
        }

        Arg.Data add(byte[] more) {
            int at = all.length + 7 & -8;
            all = Arrays.copyOf(all, at + more.length);
            System.arraycopy(more, 0, all, at, more.length);
            return new Arg.Data(at);
        }

        Arg.Data text(String text) {
            return add((text + "\0").getBytes(StandardCharsets.UTF_8));
        }

        byte[] copy(Arg from, int length) {
            int at = ((Arg.Data) from).offset();
            return Arrays.copyOfRange(all, at, at + length);
        }
    }

    static Weakening none() {
        return new Weakening();
    }

    static Predicate<Step> named(String sentence) {
        return step -> step.sentence().equals(sentence);
    }

    static Predicate<Step> calls(String sentence) {
        return step -> step.op() == Op.CALL && step.sentence().equals(sentence);
    }

    /** They do nothing, and have succeeded. */
    Weakening without(Predicate<Step> which) {
        return with(which, (step, data, spare) -> {
            int result = step.result() == Step.NO_RESULT ? spare : step.result();
            return copy(step, Op.SET, List.of(Arg.ZERO), result);
        });
    }

    /** One of their arguments is another. */
    Weakening argument(Predicate<Step> which, int at, UnaryOperator<Arg> change) {
        return with(
                which,
                (step, data, spare) ->
                        replaced(step, at, change.apply(step.args().get(at))));
    }

    /** What one of their arguments points to is another. */
    Weakening bytes(Predicate<Step> which, int at, int length, UnaryOperator<ByteBuffer> change) {
        return with(which, (step, data, spare) -> {
            byte[] copy = data.copy(step.args().get(at), length);
            change.apply(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
            return replaced(step, at, data.add(copy));
        });
    }

    Weakening with(Predicate<Step> which, Change change) {
        changes.add(Map.entry(which, change));
        return this;
    }

    int changed() {
        return changed.get();
    }

    static Step copy(Step from, Op op, List<Arg> args, int result) {
        return new Step(
                op,
                op == Op.CALL ? from.call() : Optional.empty(),
                0,
                args,
                result,
                Optional.empty(),
                OnFailure.STOP,
                from.sentence(),
                from.whole(),
                from.group());
    }

    private static Step replaced(Step step, int at, Arg arg) {
        List<Arg> args = new ArrayList<>(step.args());
        args.set(at, arg);
        return new Step(
                step.op(),
                step.call(),
                step.number(),
                args,
                step.result(),
                step.target(),
                step.onFailure(),
                step.sentence(),
                step.whole(),
                step.group());
    }

    Plan apply(Plan plan) {
        Bytes data = new Bytes(plan.data());
        EnumMap<Actor, Plan.Part> parts = new EnumMap<>(Actor.class);
        plan.parts().forEach((actor, part) -> {
            List<Step> steps = new ArrayList<>();
            for (Step step : part.steps()) {
                Step next = step;
                for (Map.Entry<Predicate<Step>, Change> one : changes) {
                    if (one.getKey().test(step)) {
                        next = one.getValue().of(next, data, plan.registers());
                        changed.incrementAndGet();
                    }
                }
                steps.add(next);
            }
            parts.put(actor, new Plan.Part(steps, part.failurePrefix(), part.exitStatus()));
        });
        return new Plan(parts, data.all, plan.pointers(), plan.registers() + 1);
    }
}
