package dev.estiba.runtime.command;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigReader;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Configurations of running containers, read once: a health check enters the same container every few seconds. What was
 * used last is kept; bytes decide, so nothing can be out of date. Safe for all threads.
 */
final class Configs {
    private static final int KEPT = 16;

    /** A larger one is read each time rather than kept. */
    private static final int MAX_KEPT_BYTES = 64 << 10;

    private final Map<Key, Config> kept = new LinkedHashMap<>(2 * KEPT, 0.75f, true);

    private static final class Key {
        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            CRC32C sum = new CRC32C();
            sum.update(bytes, 0, bytes.length);
            this.bytes = bytes;
            this.hash = (int) sum.getValue();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * @param bytes a configuration; they must not change any more
     * @throws DocumentException as {@link ConfigReader#read}; nothing is remembered of it
     */
    Config read(byte[] bytes) throws DocumentException {
        if (bytes.length > MAX_KEPT_BYTES) {
            return ConfigReader.read(bytes);
        }
        Key key = new Key(bytes);
        synchronized (kept) {
            Optional<Config> known = Optional.ofNullable(kept.get(key));
            if (known.isPresent()) {
                return known.get();
            }
        }
        Config config = ConfigReader.read(bytes);
        synchronized (kept) {
            kept.put(key, config);
            if (kept.size() > KEPT) {
                var eldest = kept.entrySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
        return config;
    }
}
