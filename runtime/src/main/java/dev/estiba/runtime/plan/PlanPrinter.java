package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * A plan for a person ({@code --explain}) or a program to read: what each actor does, step by step, the system call as
 * strace(1) would write it, and which errors are passed over because of what.
 *
 * <p>Values of environment variables are masked unless asked for; control characters are spelled, because paths and names
 * come from strangers and end up on a terminal.
 */
public final class PlanPrinter {
    private static final int LEAST_WIDTH = 40;
    private static final String INDENT = "           ";
    private static final JsonFactory JSON =
            JsonFactory.builder().rootValueSeparator("\n").build();

    /** An id: a person knows it by its beginning, and could read nothing beside it. */
    private static final Pattern ID = Pattern.compile("\\b([0-9a-f]{12})[0-9a-f]{52}\\b");

    private final Abi abi;
    private final boolean showEnvironment;
    private final Remarks remarks;

    /**
     * @param abi the machine that the plan is for
     * @param showEnvironment whether values of environment variables are written
     */
    public PlanPrinter(Abi abi, boolean showEnvironment) {
        this(abi, showEnvironment, Remarks.NONE);
    }

    /** @param remarks what is added to what the plan says of itself */
    public PlanPrinter(Abi abi, boolean showEnvironment, Remarks remarks) {
        this.abi = abi;
        this.showEnvironment = showEnvironment;
        this.remarks = remarks;
    }

    /**
     * The plan in lines of at most {@code width} characters (40 at least), each ended by a newline. Ids of 64 digits are
     * cut to their first 12.
     */
    public String text(Plan plan, int width) {
        Notation notation = new Notation(plan, abi, showEnvironment);
        StringBuilder out = new StringBuilder();
        for (Actor actor : Actor.values()) {
            Plan.Part part = plan.part(actor);
            if (!part.steps().isEmpty()) {
                actor(out, actor, part, notation, Math.max(width, LEAST_WIDTH));
            }
        }
        return out.toString();
    }

    private void actor(StringBuilder out, Actor actor, Plan.Part part, Notation notation, int width) {
        out.append(out.isEmpty() ? "" : "\n");
        String failure =
                part.failurePrefix().isEmpty() ? "" : ", a failure begins with \"" + part.failurePrefix() + "\"";
        wrap(out, "", name(actor) + ": " + part.steps().size() + " steps" + remarks.on(actor) + failure, width);
        String group = "";
        for (int i = 0; i < part.steps().size(); i++) {
            Step step = part.steps().get(i);
            if (!step.group().equals(group)) {
                group = step.group();
                wrap(out, "  ", group + remarks.on(group), width);
            }
            String number = Integer.toString(i);
            String sentence = step.sentence().isEmpty() ? "" : step.sentence() + ": ";
            wrap(
                    out,
                    " ".repeat(Math.max(1, 7 - number.length())) + number + "  ",
                    sentence + act(step, notation) + result(step) + passedOver(step.onFailure()) + remarks.on(actor, i),
                    width);
        }
    }

    /** A paragraph as this prints its own: {@code start} on the first line, the later ones indented. */
    public static String paragraph(String start, String text, int width) {
        StringBuilder out = new StringBuilder();
        wrap(out, start, text, Math.max(width, LEAST_WIDTH));
        return out.toString();
    }

    private static String name(Actor actor) {
        return actor.name().toLowerCase(Locale.ROOT);
    }

    /** Breaks at blanks, and inside of a word only when it is longer than a line; later lines are indented. */
    private static void wrap(StringBuilder out, String start, String text, int width) {
        StringBuilder line = new StringBuilder(start);
        boolean empty = true;
        for (String word : ID.matcher(Notation.visible(text)).replaceAll("$1…").split(" ")) {
            String rest = word;
            if (!empty && length(line) + 1 + length(rest) > width) {
                out.append(line).append('\n');
                line = new StringBuilder(INDENT);
                empty = true;
            }
            line.append(empty ? "" : " ");
            while (length(line) + length(rest) > width) {
                int cut = rest.offsetByCodePoints(0, width - length(line));
                out.append(line).append(rest, 0, cut).append('\n');
                rest = rest.substring(cut);
                line = new StringBuilder(INDENT);
            }
            line.append(rest);
            empty = false;
        }
        out.append(line).append('\n');
    }

    private static int length(CharSequence text) {
        return Character.codePointCount(text, 0, text.length());
    }

    private static String result(Step step) {
        return step.result() == Step.NO_RESULT ? "" : " → " + Notation.register(step.result());
    }

    private static String passedOver(OnFailure onFailure) {
        return switch (onFailure) {
            case OnFailure.Stop() -> "";
            case OnFailure.Tolerate(Set<Errno> errors, String because) ->
                "; goes on after " + names(errors) + because(because);
            case OnFailure.Retry(Set<Errno> errors, int tries, int delay, boolean tolerated, String because) ->
                "; after " + names(errors) + " " + tries + " more times, " + delay + " ms apart"
                        + (tolerated ? ", then goes on" : "") + because(because);
        };
    }

    private static String names(Set<Errno> errors) {
        return errors.isEmpty()
                ? "any error"
                : new TreeSet<>(errors).stream().map(Errno::name).collect(Collectors.joining(", "));
    }

    private static String because(String because) {
        return because.isEmpty() ? "" : " (" + because + ")";
    }

    /** What the step does, without its result. */
    private static String act(Step step, Notation notation) {
        List<Arg> args = step.args();
        if (step.op() == Op.CALL) {
            String call = step.call().orElseThrow().name();
            return call + "(" + String.join(", ", notation.arguments(call, args)) + ")";
        }
        List<String> each = args.stream().map(notation::plain).toList();
        return switch (step.op()) {
            case CALL -> throw new IllegalStateException("a call is written above");
            case SET ->
                each.size() == 2 ? each.get(0) + (step.number() == 1 ? " | " : " & ") + each.get(1) : each.getFirst();
            case LOAD -> "load " + step.number() + " bytes at " + each.getFirst();
            case STORE -> "store " + each.get(1) + " as " + step.number() + " bytes at " + each.get(0);
            case CHECK ->
                "check " + masked(each) + " " + sign(step) + " " + each.get(2) + ", else "
                        + error(args.get(3), each.get(3));
            case JUMP -> jump(step, each);
            case READ_ALL -> "read all of " + each.get(0) + ", at most " + each.get(1) + " bytes";
            case WRITE_ALL -> "write " + each.get(2) + " bytes at " + each.get(1) + " to " + each.get(0);
            case FORMAT -> "write " + each.get(2) + " as " + format(step.number()) + " to " + each.get(0);
            case MKDIRS -> place(step, notation, each);
            case COPY_TREE ->
                step.number() == 1
                        ? "remove the tree " + each.get(1) + " in " + each.get(0)
                        : "copy the tree " + each.get(0) + " to " + each.get(1);
            case SPAWN ->
                "spawn(" + notation.text(args.get(0)) + ", " + notation.words(args.get(1)) + ", "
                        + notation.environment(args.get(2)) + ") with " + each.get(4) + " bytes of input"
                        + (each.get(5).equals("-1") ? "" : ", for at most " + each.get(5) + " ms");
            case SEND_FD -> "send descriptor " + each.get(1) + " over " + each.get(0);
            case RECV_FD -> "receive a descriptor over " + each.get(0);
            case PIDS -> processes(step, notation, each);
            case POST -> "tell " + each.getFirst();
            case AWAIT -> await(step, each.getFirst());
            case ACTOR -> start(step, notation, each);
            case WAIT -> "wait for process " + each.getFirst();
            case ASK -> (step.number() == 1 ? "put aside(" : "ask(") + String.join(", ", each) + ")";
            case EXIT -> "exit with status " + each.getFirst();
            case START_TIME -> "start time of process " + each.getFirst();
            case RELAY ->
                "relay between terminal " + each.get(2) + " and stdio until process " + each.getFirst() + " ends";
            case FAIL -> "fail with " + error(args.getFirst(), each.getFirst());
            case GO_ON -> "go on with the planner's answer";
        };
    }

    private static String sign(Step step) {
        Compare[] all = Compare.values();
        return step.number() < all.length ? all[step.number()].sign() : "?" + step.number();
    }

    private static String masked(List<String> each) {
        return each.get(1).equals("-1") ? each.get(0) : each.get(0) + " & " + each.get(1);
    }

    private static String error(Arg arg, String plain) {
        return arg instanceof Arg.Immediate(long number) && number > 0 && number < 4096
                ? Errno.of((int) number).map(Errno::name).orElse(plain)
                : plain;
    }

    private static String jump(Step step, List<String> each) {
        String to = "go to "
                + step.target().map(label -> Integer.toString(label.step)).orElse("?");
        boolean always = step.number() == Compare.ALWAYS.ordinal();
        return always ? to : to + " if " + each.get(1) + " " + sign(step) + " " + each.get(2);
    }

    private static String format(int number) {
        return switch (number) {
            case 1 -> "a right-aligned field";
            case 2 -> "/proc/self/fd/N";
            default -> "digits";
        };
    }

    private static String place(Step step, Notation notation, List<String> each) {
        String what = "place " + notation.text(step.args().get(1)) + " in " + each.get(0);
        String made = ", made with " + notation.octal(step.args().get(2)) + " as ";
        if (step.number() == 1) {
            return what + made + "what " + each.get(3) + " is";
        }
        return switch (each.get(3)) {
            case "0" -> what + made + "a directory";
            case "1" -> what + made + "a file";
            default -> what + ", which must be there";
        };
    }

    private static String processes(Step step, Notation notation, List<String> each) {
        if (step.number() == 1) {
            return "remove cgroup " + notation.text(step.args().get(1)) + " beneath " + each.get(0);
        }
        if (step.number() == 2) {
            return "put the processes of cgroup " + each.get(0) + " aside as " + each.get(1);
        }
        String what = each.get(1).equals("0") ? "count" : "send signal " + each.get(1) + " to";
        return what + " the processes of cgroup " + each.get(0)
                + (each.get(2).equals("0") ? "" : ", EBUSY if there are any");
    }

    private static String await(Step step, String token) {
        if (step.number() == 1) {
            return "await anything";
        }
        return token.equals("0") ? "await the other side's end" : "await " + token;
    }

    private static String start(Step step, Notation notation, List<String> each) {
        Actor[] all = Actor.values();
        Arg first = step.args().getFirst();
        boolean known = first instanceof Arg.Immediate(long value) && value >= 0 && value < all.length;
        String who = known ? name(all[(int) ((Arg.Immediate) first).value()]) : "actor " + each.getFirst();
        return "start " + who + " with " + notation.cloneFlags(step.args().get(1))
                + (step.number() == 1
                        ? " in this one's place, its socket being descriptor " + each.get(2)
                        : step.args().get(2) instanceof Arg.Immediate ? "" : " in cgroup " + each.get(2));
    }

    /**
     * A JSON object a step, each on a line of its own (UTF-8); field names stay as they are.
     *
     * @throws IOException what the stream throws
     */
    public void json(Plan plan, OutputStream to) throws IOException {
        Notation notation = new Notation(plan, abi, showEnvironment);
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), to)) {
            for (Actor actor : Actor.values()) {
                List<Step> steps = plan.part(actor).steps();
                for (int i = 0; i < steps.size(); i++) {
                    step(out, actor, i, steps.get(i), notation, remarks);
                }
            }
        } catch (JacksonIOException e) {
            throw e.getCause(); // what the stream said
        }
    }

    private static void step(
            JsonGenerator out, Actor actor, int number, Step step, Notation notation, Remarks remarks) {
        out.writeStartObject();
        out.writeStringProperty("actor", name(actor));
        out.writeNumberProperty("step", number);
        out.writeStringProperty("group", step.group());
        out.writeStringProperty("sentence", step.sentence());
        out.writeStringProperty("operation", step.op().name().toLowerCase(Locale.ROOT));
        step.call().ifPresent(call -> {
            out.writeStringProperty("call", call.name());
            out.writeArrayPropertyStart("arguments");
            notation.arguments(call.name(), step.args()).forEach(out::writeString);
            out.writeEndArray();
        });
        out.writeStringProperty("act", act(step, notation));
        if (step.result() != Step.NO_RESULT) {
            out.writeStringProperty("result", Notation.register(step.result()));
        }
        step.target().ifPresent(label -> out.writeNumberProperty("target", label.step));
        onFailure(out, step.onFailure());
        remarks.write(out, actor, number, step);
        out.writeEndObject();
    }

    private static void onFailure(JsonGenerator out, OnFailure onFailure) {
        switch (onFailure) {
            case OnFailure.Stop() -> {}
            case OnFailure.Tolerate(Set<Errno> errors, String because) -> {
                out.writeObjectPropertyStart("tolerates");
                errors(out, errors, because);
            }
            case OnFailure.Retry(Set<Errno> errors, int tries, int delay, boolean tolerated, String because) -> {
                out.writeObjectPropertyStart("retries");
                out.writeNumberProperty("times", tries);
                out.writeNumberProperty("delayMillis", delay);
                out.writeBooleanProperty("thenGoesOn", tolerated);
                errors(out, errors, because);
            }
        }
    }

    private static void errors(JsonGenerator out, Set<Errno> errors, String because) {
        out.writeArrayPropertyStart("errors");
        new TreeSet<>(errors).forEach(error -> out.writeString(error.name()));
        out.writeEndArray();
        out.writeStringProperty("because", because);
        out.writeEndObject();
    }
}
