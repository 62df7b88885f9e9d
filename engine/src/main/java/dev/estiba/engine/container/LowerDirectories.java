package dev.estiba.engine.container;

import dev.estiba.content.inspect.ImpliedDirectories;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.image.Images;
import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a container's root file system is put together of: its image's layers, and on top of them, where one of those has
 * directories that it does not describe, a tree of its own that has those as the layers beneath describe them.
 */
final class LowerDirectories {
    private static final String OWN = "directories";
    private static final String UNFINISHED = "directories.new";

    private LowerDirectories() {}

    /** The uppermost first. */
    static List<String> of(Locked container, Images images) throws IOException {
        Path data = container.home().dataPath();
        List<String> lowers = new ArrayList<>(container.record().lowers());
        boolean isNew = !isThere(data, "upper") && !isThere(data, "root");
        // Who looks into another one has that one's among them.
        boolean isWhole = Debugging.isMeant(container.record().request().hostConfig());
        if (isNew && !isWhole && !isThere(data, OWN)) {
            make(container.home().data(), images.layers(lowers));
        }
        if (isThere(data, OWN)) {
            lowers.addFirst(data.resolve(OWN).toString());
        }
        return lowers;
    }

    private static boolean isThere(Path data, String name) {
        return Files.isDirectory(data.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    private static void make(Fd data, List<ImpliedDirectories.Layer> layers) throws IOException {
        if (layers.stream().allMatch(each -> each.implied().isEmpty())) {
            return;
        }
        RemoveTree.remove(data, UNFINISHED);
        Directory.make(data, UNFINISHED, 0755);
        boolean any = false;
        try (Fd target = Open.at(data, UNFINISHED, Open.How.directory())) {
            any = ImpliedDirectories.make(layers, target);
            if (any) {
                Names.rename(data, UNFINISHED, data, OWN);
            }
        } finally {
            if (!any) {
                RemoveTree.remove(data, UNFINISHED);
            }
        }
    }
}
