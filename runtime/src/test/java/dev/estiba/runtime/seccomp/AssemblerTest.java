package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Jumps reach what they were written for, however far it is: a jump has eight bits. */
class AssemblerTest {
    private static final long SEED = Long.getLong("estiba.test.seed", 8L);

    /** What a place stands for: a verdict, or a question and two places. */
    private sealed interface Meaning {
        record Answer(int verdict) implements Meaning {}

        record Question(int value, int whenTrue, int whenFalse) implements Meaning {}
    }

    @Test
    void everyJumpArrives() throws Exception {
        Random random = new Random(SEED);
        for (int program = 0; program < 200; program++) {
            Assembler assembler = new Assembler();
            List<Place> places = new ArrayList<>();
            List<Meaning> meanings = new ArrayList<>();
            int verdicts = 2 + random.nextInt(12);
            for (int verdict = 1; verdict <= verdicts; verdict++) {
                places.add(assembler.returning(new Verdict(verdict)));
                meanings.add(new Meaning.Answer(verdict));
            }
            int questions = 300 + random.nextInt(300);
            for (int i = 0; i < questions; i++) {
                int whenTrue = pick(random, places.size(), verdicts);
                int whenFalse = pick(random, places.size(), verdicts);
                if (whenTrue != whenFalse) {
                    int value = random.nextInt(64);
                    places.add(
                            assembler.branch(Bpf.JUMP_IF_GREATER, value, places.get(whenTrue), places.get(whenFalse)));
                    meanings.add(new Meaning.Question(value, whenTrue, whenFalse));
                }
            }
            Place start = assembler.load(Bpf.NUMBER, places.getLast());
            FilterInterpreter filter = new FilterInterpreter(assembler.finish(start, 0));
            for (int number = 0; number <= 64; number++) {
                assertThat(filter.run(0, number).value())
                        .as("program " + program + " of seed " + SEED + ", number " + number)
                        .isEqualTo(answer(meanings, number));
            }
        }
    }

    /** A recent place, a return, or any: near and far, and often the newest, so that paths are long. */
    private static int pick(Random random, int places, int verdicts) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(verdicts);
            case 1 -> random.nextInt(places);
            default -> Math.max(0, places - 1 - random.nextInt(3));
        };
    }

    private static int answer(List<Meaning> meanings, int number) {
        Meaning at = meanings.getLast();
        while (at instanceof Meaning.Question question) {
            at = meanings.get(number > question.value() ? question.whenTrue() : question.whenFalse());
        }
        return ((Meaning.Answer) at).verdict();
    }

    /** Both targets at the edge of a jump's reach, in every combination: bringing one near may push the other out. */
    @Test
    void targetsAtTheEdgeOfAJumpsReachArrive() throws Exception {
        for (int trueAt = 250; trueAt <= 258; trueAt++) {
            for (int falseAt = 250; falseAt <= 258; falseAt++) {
                if (trueAt == falseAt) {
                    continue;
                }
                Assembler assembler = new Assembler();
                // Loads fall through, so each is one instruction that changes nothing for whoever jumps behind it.
                Place tail = assembler.load(Bpf.NUMBER, assembler.returning(new Verdict(99)));
                Place whenTrue = tail;
                Place whenFalse = tail;
                for (int left = 260; left > 0; left--) {
                    if (left == trueAt) {
                        whenTrue = assembler.branch(
                                Bpf.JUMP_IF_EQUAL,
                                1,
                                assembler.returning(new Verdict(1)),
                                assembler.returning(new Verdict(2)));
                    }
                    if (left == falseAt) {
                        whenFalse = assembler.branch(
                                Bpf.JUMP_IF_EQUAL,
                                2,
                                assembler.returning(new Verdict(3)),
                                assembler.returning(new Verdict(4)));
                    }
                    tail = assembler.load(Bpf.NUMBER, tail);
                }
                Place branch = assembler.branch(Bpf.JUMP_IF_GREATER, 1, whenFalse, whenTrue);
                Place start = assembler.load(Bpf.NUMBER, branch);
                FilterInterpreter filter = new FilterInterpreter(assembler.finish(start, 0));
                String what = "targets at " + trueAt + " and " + falseAt;
                assertThat(filter.run(0, 0).value()).as(what).isEqualTo(2);
                assertThat(filter.run(0, 1).value()).as(what).isEqualTo(1);
                assertThat(filter.run(0, 2).value()).as(what).isEqualTo(3);
                assertThat(filter.run(0, 3).value()).as(what).isEqualTo(4);
            }
        }
    }

    @Test
    void aProgramEndsAtTheKernelsLimit() throws Exception {
        Assembler assembler = new Assembler();
        Place place = assembler.load(Bpf.NUMBER, assembler.returning(Verdict.ALLOW));
        for (int i = 2; i < FilterProgram.MAX_INSTRUCTIONS; i++) {
            place = assembler.load(Bpf.NUMBER, place);
        }
        assertThat(assembler.finish(place, 0).length()).isEqualTo(FilterProgram.MAX_INSTRUCTIONS);
        Place last = place;
        assertThatThrownBy(() -> assembler.load(Bpf.NUMBER, last))
                .isInstanceOf(SeccompException.class)
                .hasMessageContaining("more than 4096 filter instructions");
    }
}
