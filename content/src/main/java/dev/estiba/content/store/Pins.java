package dev.estiba.content.store;

import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which images containers are made of, whatever becomes of their names. A pin is a symbolic link whose text is the digest of the
 * image's manifest or index: one system call on the way of a start, and with the journals of today's file systems on the disk no later
 * than the record that its maker syncs after it.
 */
public final class Pins {
    private static final int MOST = 1 << 22;

    private final StoreDirectory directory;

    Pins(StoreDirectory directory) {
        this.directory = directory;
    }

    /**
     * @param name the holder's own, without a slash: a container's id
     * @return false when there is no such image, or no longer; it is not pinned then
     */
    public boolean pin(String name, Digest root) throws IOException {
        // Under the lock: who collects sees the pin, or has taken the image's record away before.
        try (HeldLock held = HeldLock.take(directory.lock(), Flock.Kind.SHARED);
                Fd pins = open()) {
            if (new Images(directory).find(root).isEmpty()) {
                return false;
            }
            while (!Names.link(pins, name, root.toString())) {
                if (Names.readLink(pins, name).filter(root.toString()::equals).isPresent()) {
                    return true;
                }
                Names.remove(pins, name);
            }
            return true;
        }
    }

    /** Nothing when there is none. */
    public void unpin(String name) throws IOException {
        try (Fd pins = open()) {
            Names.remove(pins, name);
        }
    }

    /** What a holder has pinned; empty when there is no such pin. */
    public Optional<Digest> find(String name) throws IOException {
        try (Fd pins = open()) {
            return Names.readLink(pins, name).flatMap(Digest::parse);
        }
    }

    /** All pins, by their holders' names. */
    public Map<String, Digest> all() throws IOException {
        Map<String, Digest> all = new TreeMap<>();
        try (Fd pins = open()) {
            for (Directory.Entry entry : Directory.list(pins, MOST)) {
                Optional<Digest> root = Names.readLink(pins, entry.name()).flatMap(Digest::parse);
                root.ifPresent(digest -> all.put(entry.name(), digest));
            }
        }
        return all;
    }

    /**
     * Takes away the pins whose holders are no more: who was killed, or ended with the boot, has taken none away himself.
     *
     * @param lives whether there is such a holder
     * @param patience younger ones are left alone: their holders are just being made
     */
    public void sweep(Predicate<String> lives, Duration patience) throws IOException {
        Instant oldest = Instant.now().minus(patience);
        for (String name : all().keySet()) {
            if (!lives.test(name) && Age.isSince(directory.pins().resolve(name), oldest)) {
                unpin(name);
            }
        }
    }

    private Fd open() throws IOException {
        return Open.absolute(directory.pins().toString(), Open.How.directory());
    }
}
