package dev.estiba.daemon.settings;

import dev.estiba.api.ApiException;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size as Docker's programs write it: a number of bytes, or a text such as {@code 64M}. */
final class ByteCount {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,15}) ?([kmgtp]?)i?b?");
    private static final String UNITS = "kmgtp";

    private ByteCount() {}

    static long read(Cursor in, String name) throws IOException, DocumentException {
        String text;
        try {
            text = in.text();
        } catch (DocumentException e) {
            return in.size();
        }
        Matcher parts = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw ApiException.badRequest(name + ": invalid size: '" + text + "'");
        }
        int shift = parts.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(parts.group(2)) + 1);
        long number = Long.parseLong(parts.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw ApiException.badRequest(name + ": invalid size: '" + text + "'");
        }
        return number << shift;
    }
}
