package dev.estiba.content.check;

import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A program beneath testkit/faults/spoiler: does the same again and again, and each time another system call fails. What must hold
 * after it is looked at here; the first time that it does not, this ends with the reason.
 */
final class SpoiledStore {
    private static final int SIZE = 20_000;

    private final Path directory;
    private final Path told;
    private final Map<String, Integer> texts = new TreeMap<>();
    private int rounds;

    private SpoiledStore(Path directory, Path told) {
        this.directory = directory;
        this.told = told;
    }

    /** What a kernel says, in the words of two libraries. */
    private enum Lack {
        EIO(5, "estiba system check --repair", "Input/output error"),
        EMFILE(24, "ulimit -n", "Too many open files"),
        ENOSPC(28, "make room", "No space left on device"),
        EROFS(30, "mount it writable", "Read-only file system"),
        EDQUOT(122, "have it raised", "Disk quota exceeded");

        private final int number;
        private final String remedy;
        private final List<String> words;

        Lack(int number, String remedy, String words) {
            this.number = number;
            this.remedy = remedy;
            this.words = List.of(name(), words);
        }
    }

    /** What is done to a store. */
    private enum Deed {
        PULL {
            @Override
            void prepare(Path content) {
                // there is none yet
            }

            @Override
            void act(Path content) throws IOException {
                sample().pull(Store.open(content));
            }
        },
        REMOVE {
            @Override
            void act(Path content) throws IOException {
                Store store = Store.open(content);
                Digest root = store.images().names().values().iterator().next();
                store.images().change(records -> {
                    records.unname(sample().reference());
                    records.remove(root);
                    return root;
                });
                store.collector().collect(Duration.ZERO);
            }
        },
        REPAIR {
            @Override
            void prepare(Path content) throws IOException {
                Store store = Store.open(content);
                StoredImage.Layer layer =
                        sample().pull(store).variants().getFirst().layers().getFirst();
                Path blob = store.blobs().path(layer.blob().digest());
                byte[] bytes = Files.readAllBytes(blob);
                bytes[bytes.length / 2]++;
                blob.toFile().setWritable(true);
                Files.write(blob, bytes);
                Files.write(store.layers().tree(layer.diffId()).resolve("d1/file1"), new byte[1]);
            }

            @Override
            void act(Path content) throws IOException {
                Sample sample = sample();
                new Check(Store.open(content), Sample::unpack, Sample.HOST)
                        .repair((_, _) -> sample, CheckListener.NONE);
            }
        };

        void prepare(Path content) throws IOException {
            sample().pull(Store.open(content));
        }

        abstract void act(Path content) throws IOException;
    }

    private static Sample sample() throws IOException {
        return new Sample("1", List.of(1, 2), SIZE);
    }

    /** @param words the directory that is spoiled, the file in which the spoiler tells, each how many-th call, a seed */
    static void main(String[] words) throws IOException {
        SpoiledStore spoiled = new SpoiledStore(Path.of(words[0]), Path.of(words[1]));
        int step = Integer.parseInt(words[2]);
        Random random = new Random(Long.parseLong(words[3]));
        for (Deed deed : Deed.values()) {
            for (Lack lack : Lack.values()) {
                int at = 1 + random.nextInt(step);
                while (spoiled.isDenied(deed, lack, at)) {
                    at += step;
                }
            }
        }
        spoiled.texts.forEach((text, count) -> System.out.println(count + " × " + text));
        System.out.println("denied " + spoiled.rounds);
    }

    /** False when there are not so many calls. */
    private boolean isDenied(Deed deed, Lack lack, int at) throws IOException {
        try (Fd parent = Open.absolute(directory.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, "content");
        }
        Path content = directory.resolve("content");
        deed.prepare(content);
        String failure = "";
        order(lack.number, at);
        try {
            deed.act(content);
        } catch (IOException e) {
            failure = e.toString();
        }
        String denied = Files.exists(told) ? Files.readString(told) : "";
        order(0, 0);
        String where = deed + ", " + lack + " at call " + at + ", " + denied + ": " + failure;
        if (denied.isEmpty()) {
            require(failure.isEmpty(), where + ": it fails without a reason");
            return false;
        }
        rounds++;
        if (failure.isEmpty()) {
            texts.merge(deed + " goes on without: " + lack + " " + general(denied), 1, Integer::sum);
        } else {
            texts.merge(deed + ": " + general(denied) + ": " + general(failure), 1, Integer::sum);
            String told = failure;
            require(lack.words.stream().anyMatch(told::contains), where + ": the cause is not told");
            require(told.contains(directory.toString()) || told.contains("entry \""), where + ": it says not where");
            require(told.contains(lack.remedy), where + ": it says not what to do");
            require(told.lines().count() == 1, where + ": that is not one line");
        }
        assertRecovers(deed, content, where);
        return true;
    }

    private void assertRecovers(Deed deed, Path content, String where) throws IOException {
        Sample sample = sample();
        try {
            Store store = Store.open(content);
            for (Digest root : new HashSet<>(store.images().names().values())) {
                require(store.images().find(root).isPresent(), where + ": a name stands for nothing");
            }
            List<Report.Result> found = new Check(store, Sample::unpack, Sample.HOST)
                    .look(CheckListener.NONE)
                    .results();
            require(
                    found.stream().map(Report.Result::finding).allMatch(each -> isHarmless(deed, each)),
                    where + ": it leaves " + found);
            sample.pull(store);
            Check check = new Check(store, Sample::unpack, Sample.HOST);
            check.repair((_, _) -> sample, CheckListener.NONE);
            require(check.look(CheckListener.NONE).results().isEmpty(), where + ": it is not whole again");
        } catch (IOException e) {
            throw new AssertionError(where + ": then it fails: " + e, e);
        }
    }

    /** A rest; the copy of the names; and what the test itself has damaged, and a repair has not mended. */
    private static boolean isHarmless(Deed deed, Finding finding) {
        return switch (finding) {
            case Finding.Rest _ -> true;
            case Finding.DamagedNames names -> names.equals(new Finding.DamagedNames(true));
            case Finding.MissingBlob _ ->
                deed == Deed.REPAIR; // by a repair, which takes a damaged one away; the next pull brings it
            case Finding.DamagedBlob blob -> blob.why().startsWith("its bytes have the digest");
            case Finding.DamagedLayer layer -> layer.why().contains("d1/file1");
            default -> false;
        };
    }

    private static String general(String text) {
        return text.replaceAll("[0-9a-f]{32,}", "HEX")
                .replaceAll("/layer/.*", "/layer/…")
                .replaceAll("entry \"[^\"]*\"", "entry …")
                .replaceAll("fd/[0-9]+", "fd/N")
                .replaceAll("[0-9]{3,}", "N");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static void order(int errno, int at) throws IOException {
        try {
            Files.createDirectory(Path.of("/spoil", Integer.toString(errno), Integer.toString(at)));
            throw new IllegalStateException("there is a directory /spoil");
        } catch (FileSystemException heard) {
            return; // as it is meant
        }
    }
}
