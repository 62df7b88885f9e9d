package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Containers' names: which are allowed, and one for who gives none. */
final class Names {
    private static final Pattern ALLOWED = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    private static final String[] HOW = {
        "ballasted",
        "battened",
        "bonded",
        "braced",
        "brisk",
        "chocked",
        "coiled",
        "fendered",
        "hoisted",
        "lashed",
        "laden",
        "level",
        "moored",
        "nested",
        "palletised",
        "roped",
        "sealed",
        "secured",
        "sheeted",
        "shipped",
        "snug",
        "sorted",
        "stacked",
        "steady",
        "stowed",
        "strapped",
        "tallied",
        "tarred",
        "trimmed",
        "weighed"
    };
    private static final String[] WHAT = {
        "amphora", "anchor", "bale", "barge", "barrel", "bollard", "bosun", "capstan", "cask", "caulker", "clipper",
        "coaster", "crate", "derrick", "docker", "dunnage", "freighter", "gangway", "hatch", "hawser", "hold", "hull",
        "jetty", "keel", "lighter", "pallet", "quay", "rigger", "stevedore", "winch"
    };

    /** NAME_MAX: it is that of a link. */
    private static final int LONGEST = 255;

    private Names() {}

    static String check(String name) throws ApiException {
        if (!ALLOWED.matcher(name).matches()) {
            throw ApiException.badRequest(
                    "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        String plain = name.startsWith("/") ? name.substring(1) : name;
        if (plain.length() > LONGEST) {
            throw ApiException.badRequest("Invalid container name (" + plain + "): it has " + plain.length()
                    + " characters, and " + LONGEST + " is the most");
        }
        return plain;
    }

    /** @param attempt a number follows from the second one on */
    static String invent(int attempt) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String name = HOW[random.nextInt(HOW.length)] + "_" + WHAT[random.nextInt(WHAT.length)];
        return attempt == 0 ? name : name + random.nextInt(10 * attempt);
    }
}
