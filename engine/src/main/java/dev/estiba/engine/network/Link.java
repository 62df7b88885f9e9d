package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a container calls another one: {@code --link CONTAINER[:ALIAS]}.
 *
 * @param target the other one's name or id
 * @param alias what the container calls it
 */
public record Link(String target, String alias) {
    /** It becomes a name in a file of lines, and a part of a container's name. */
    private static final Pattern ALIAS = Pattern.compile("[^\\s\\p{Cntrl}#/]+");

    /** @throws ApiException 400 for what is none, in the words of docker/cli, opts.ParseLink */
    public static Link parse(String text) throws ApiException {
        if (text.isEmpty()) {
            throw ApiException.badRequest("empty string specified for links");
        }
        String[] parts = text.split(":", -1);
        if (parts.length > 2) {
            throw ApiException.badRequest("bad format for links: " + text);
        }
        String target = parts[0].startsWith("/") ? parts[0].substring(1) : parts[0];
        // As inspect shows them: /db:/web/alias.
        String alias = parts[parts.length - 1];
        alias = parts[0].startsWith("/") ? alias.substring(alias.lastIndexOf('/') + 1) : alias;
        if (target.isEmpty() || !ALIAS.matcher(alias).matches()) {
            throw ApiException.badRequest("bad format for links: " + text);
        }
        return new Link(target, alias);
    }

    /** By their aliases, in order; of two with the same the first one counts. */
    public static Map<String, Link> parse(List<String> texts) throws ApiException {
        Map<String, Link> all = new LinkedHashMap<>();
        for (String text : texts) {
            Link link = parse(text);
            all.putIfAbsent(link.alias(), link);
        }
        return all;
    }

    /** As it is parsed. */
    public String text() {
        return target + ":" + alias;
    }
}
