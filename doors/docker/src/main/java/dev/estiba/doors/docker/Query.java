package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ImagePlatform;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The parameters of a request; those that nobody asks for are passed over. */
record Query(Map<String, List<String>> values) {
    private static final int MOST = 10_000;

    static Query parse(String text) throws ApiException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return new Query(values);
        }
        String[] pairs = text.split("&");
        if (pairs.length > MOST) {
            throw ApiException.badRequest("more than " + MOST + " parameters");
        }
        for (String pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            if (pair.indexOf(';') >= 0) {
                throw ApiException.badRequest("invalid semicolon separator in query"); // net/url, since Go 1.17
            }
            int equals = pair.indexOf('=');
            String name = Target.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : Target.decode(pair.substring(equals + 1), true);
            if (value.indexOf('\0') >= 0) {
                throw ApiException.badRequest("invalid value of " + name + ": a NUL character is not allowed here");
            }
            values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return new Query(values);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The first one; empty when there is none. */
    String text(String name) {
        return values.getOrDefault(name, List.of("")).getFirst();
    }

    Optional<String> given(String name) {
        return Optional.of(text(name)).filter(value -> !value.isEmpty());
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** As dockerd reads them (httputils.BoolValue): whatever does not mean no means yes. */
    boolean bool(String name) {
        return switch (text(name).strip().toLowerCase(java.util.Locale.ROOT)) {
            case "", "0", "no", "false", "none" -> false;
            default -> true;
        };
    }

    boolean bool(String name, boolean otherwise) {
        return has(name) ? bool(name) : otherwise;
    }

    OptionalInt number(String name) throws ApiException {
        String text = text(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new ApiException(
                    ApiException.BAD_REQUEST, "strconv.Atoi: parsing " + quoted(text) + ": invalid syntax", e);
        }
    }

    /** Seconds since 1970, with a fraction or without; 0 and nothing are no time. */
    Optional<Instant> time(String name) throws ApiException {
        String text = text(name);
        if (text.isEmpty() || text.equals("0")) {
            return Optional.empty();
        }
        if (text.length() > 40 || !text.matches("-?[0-9]+(\\.[0-9]*)?")) {
            throw ApiException.badRequest("strconv.ParseInt: parsing " + quoted(text) + ": invalid syntax");
        }
        try {
            BigDecimal seconds = new BigDecimal(text);
            long whole = seconds.setScale(0, java.math.RoundingMode.FLOOR).longValueExact();
            long nanos = seconds.subtract(BigDecimal.valueOf(whole))
                    .movePointRight(9)
                    .longValue();
            return Optional.of(Instant.ofEpochSecond(whole, nanos));
        } catch (ArithmeticException | DateTimeException e) {
            throw new ApiException(
                    ApiException.BAD_REQUEST, "strconv.ParseInt: parsing " + quoted(text) + ": value out of range", e);
        }
    }

    /** What lists are to be filtered by, in both forms. */
    Map<String, List<String>> filters() throws ApiException {
        String text = text("filters");
        if (text.isEmpty()) {
            return Map.of();
        }
        try {
            return Body.FILTERS.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (ApiException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "invalid filter", e);
        }
    }

    /** Of what an image has: each parameter is JSON of a platform. */
    List<String> platforms() throws ApiException {
        return platforms("platform");
    }

    /** The same where there is one at most. */
    Optional<String> platform() throws ApiException {
        return text("platform").isEmpty()
                ? Optional.empty()
                : platforms().stream().findFirst();
    }

    List<String> platforms(String parameter) throws ApiException {
        List<String> platforms = new ArrayList<>();
        for (String text : texts(parameter)) {
            boolean isWhole;
            try {
                ImagePlatform platform = Body.IMAGE_PLATFORM.read(text.getBytes(StandardCharsets.UTF_8));
                platforms.add(platform.text());
                isWhole = !platform.os().isEmpty() && !platform.architecture().isEmpty();
            } catch (ApiException e) {
                throw new ApiException(ApiException.BAD_REQUEST, "failed to parse platform: " + e.message(), e);
            }
            if (!isWhole) {
                throw ApiException.badRequest("both OS and Architecture must be provided");
            }
        }
        return platforms;
    }

    /** As Go's %q says it, short. */
    static String quoted(String text) {
        String part = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        return "\"" + part.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
