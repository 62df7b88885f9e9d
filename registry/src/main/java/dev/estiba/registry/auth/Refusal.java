package dev.estiba.registry.auth;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Excerpt;
import dev.estiba.oci.json.Origin;
import dev.estiba.registry.http.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A registry or its token service has said no: its code and its words, as Docker's users know them ({@code denied: …}). */
public final class Refusal extends IOException {
    private static final long serialVersionUID = 1;
    private static final List<String> DOCUMENT = List.of("errors");
    private static final List<String> ERROR = List.of("code", "message");

    private final int status;
    private final String code;

    public Refusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** Of an answer that is an error; it is read to its end. */
    public static Refusal of(Answer answer, String whose) {
        byte[] text = answer.error();
        Optional<Words> words = words(text).or(() -> challenged(answer)).or(() -> known(answer.status()));
        if (words.isEmpty()) {
            return new Refusal(
                    answer.status(),
                    "",
                    whose + " has answered " + answer.call().method() + " "
                            + answer.uri().getRawPath() + " with status " + answer.status());
        }
        return new Refusal(answer.status(), words.get().code(), words.get().sentence());
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The distribution specification's code, {@code MANIFEST_UNKNOWN}; empty when it has said none. */
    public String code() {
        return code;
    }

    public boolean is(String other) {
        return code.equals(other);
    }

    private record Words(String code, String message) {
        String sentence() {
            String name = Excerpt.of(code.toLowerCase(Locale.ROOT).replace('_', ' '));
            return message.isEmpty() ? name : name + ": " + Excerpt.sentence(message);
        }
    }

    /** A token says what it lacks in the challenge, not in the text (RFC 6750, section 3.1). */
    private static Optional<Words> challenged(Answer answer) {
        return Challenge.parse(answer.all("WWW-Authenticate")).stream()
                .filter(each -> each.parameter("error").orElse("").equals("insufficient_scope"))
                .map(each -> denied())
                .findFirst();
    }

    private static Words denied() {
        return new Words("DENIED", "requested access to the resource is denied");
    }

    private static Optional<Words> known(int status) {
        return switch (status) {
            case 401 -> Optional.of(new Words("UNAUTHORIZED", "authentication required"));
            case 403 -> Optional.of(denied());
            case 429 -> Optional.of(new Words("TOOMANYREQUESTS", "too many requests; wait, or log in"));
            default -> Optional.empty();
        };
    }

    /** The first error of the list (distribution-spec, "Error Codes"). */
    private static Optional<Words> words(byte[] text) {
        try (Cursor in = Cursor.open(text, Origin.DOCUMENT)) {
            Optional<Words> first = Optional.empty();
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (name.equals("errors")) {
                    in.array();
                    while (in.nextElement()) {
                        Optional<Words> one = error(in);
                        first = first.or(() -> one);
                    }
                } else {
                    in.unknown(DOCUMENT);
                }
            }
            return first;
        } catch (DocumentException e) {
            return Optional.empty(); // a page for browsers, or cut off: the status says enough
        }
    }

    private static Optional<Words> error(Cursor in) throws DocumentException {
        String code = "";
        String message = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "code" -> code = in.string();
                case "message" -> message = in.string();
                default -> in.unknown(ERROR);
            }
        }
        return code.isEmpty() ? Optional.empty() : Optional.of(new Words(code, message));
    }
}
