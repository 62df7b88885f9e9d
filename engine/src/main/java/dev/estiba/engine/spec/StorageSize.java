package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a container, or a volume, may write: {@code size=}, as dockerd reads it (go-units, RAMInBytes). */
public final class StorageSize {
    /** The option's name. */
    public static final String OPTION = "size";

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,18})?) ?([kmgtp]?)i?b?");
    private static final String UNITS = "kmgtp";
    private static final BigDecimal KIB = BigDecimal.valueOf(1024);

    private StorageSize() {}

    /**
     * Of a container; empty when it says nothing.
     *
     * @throws ApiException 400 for what is no size
     */
    public static OptionalLong of(HostConfig host) throws ApiException {
        String text = host.storageOpt().get(OPTION);
        return text == null ? OptionalLong.empty() : OptionalLong.of(parse(text));
    }

    /**
     * Bytes; 0 is no limit.
     *
     * @throws ApiException 400 for what is no size
     */
    public static long parse(String text) throws ApiException {
        Matcher parts = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw ApiException.badRequest("invalid size: '" + text + "'");
        }
        int power = parts.group(2).isEmpty() ? 0 : UNITS.indexOf(parts.group(2)) + 1;
        BigDecimal bytes = new BigDecimal(parts.group(1)).multiply(KIB.pow(power));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw ApiException.badRequest("invalid size: '" + text + "'");
        }
        return bytes.longValue();
    }
}
