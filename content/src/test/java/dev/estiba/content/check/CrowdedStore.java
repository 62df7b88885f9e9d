package dev.estiba.content.check;

import dev.estiba.content.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A program that has few descriptors: opens all that it may, lets some of them go, and pulls with those. */
final class CrowdedStore {
    private static final int SIZE = 20_000;

    /** More are not needed for one pull of two layers. */
    private static final int MOST = 80;

    private CrowdedStore() {}

    /** Prints one line for each pull: how many descriptors it had, and what it said. */
    static void main(String[] words) throws IOException {
        Path directory = Path.of(words[0]);
        new Sample("1", java.util.List.of(1, 2), SIZE)
                .pull(Store.open(directory.resolve("first"))); // all classes are loaded
        for (int few = 0; few <= MOST; few += few < 20 ? 1 : 20) {
            System.out.println(few + ": " + pulled(directory.resolve("with" + few), few));
        }
    }

    private static String pulled(Path content, int few) throws IOException {
        Sample sample = new Sample("1", java.util.List.of(1, 2), SIZE);
        Store.open(content);
        Deque<InputStream> held = new ArrayDeque<>();
        String said = "";
        try {
            hold(held);
            for (int i = 0; i < few; i++) {
                held.pop().close();
            }
            sample.pull(Store.open(content));
        } catch (IOException e) {
            said = String.valueOf(e.getMessage());
        } finally {
            for (InputStream each : held) {
                each.close();
            }
        }
        Store store = Store.open(content);
        if (store.images().names().isEmpty() == said.isEmpty()) {
            return "a name that has nothing to do with: " + said;
        }
        boolean isWhole = new Check(store, Sample::unpack, Sample.HOST)
                .look(CheckListener.NONE).results().stream().allMatch(each -> each.finding() instanceof Finding.Rest);
        sample.pull(store);
        return isWhole ? said : "it leaves something behind after: " + said;
    }

    private static void hold(Deque<InputStream> held) {
        try {
            while (true) {
                held.push(Files.newInputStream(Path.of("/dev/null")));
            }
        } catch (IOException e) {
            return; // that was the last one
        }
    }
}
