package dev.estiba.engine.container;

import dev.estiba.engine.volume.Places;
import dev.estiba.linux.Fd;
import java.util.List;
import java.util.Map;

/**
 * The volumes of a run that is about to begin, held until it has.
 *
 * @param sources of those that are not whole directories of the engine's own, by where they are mounted
 */
record ReadyVolumes(Map<String, String> sources, List<Places.Place> places, List<Fd> opened) implements AutoCloseable {
    static final ReadyVolumes NONE = new ReadyVolumes(Map.of(), List.of(), List.of());

    @Override
    public void close() {
        places.forEach(Places.Place::close);
        opened.forEach(Fd::close);
    }
}
