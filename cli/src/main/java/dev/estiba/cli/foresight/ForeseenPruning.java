package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ContainersPruned;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.ImagesPruned;
import dev.estiba.api.ListOptions;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworksPruned;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumesPruned;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.text.LocalTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What would be pruned: by what the engine lists, with the conditions that it prunes by. */
final class ForeseenPruning {
    private static final Set<String> ENDED = Set.of("created", "exited", "dead");

    private final EngineApi engine;
    private final Plan plan;
    /** By an earlier step of the same call: what they need, nobody needs then. */
    private final Set<String> goneContainers = new HashSet<>();

    ForeseenPruning(EngineApi engine, Plan plan) {
        this.engine = engine;
        this.plan = plan;
    }

    private List<ContainerSummary> left() throws ApiException {
        return engine.listContainers(new ListOptions(true, 0, false, Map.of())).stream()
                .filter(each -> !goneContainers.contains(each.id()))
                .toList();
    }

    ContainersPruned pruneContainers(Map<String, List<String>> filters) throws ApiException {
        refuseOthers(filters, Set.of("until", "label", "label!"));
        Condition condition = new Condition(filters);
        for (ContainerSummary each : engine.listContainers(new ListOptions(true, 0, true, Map.of()))) {
            if (ENDED.contains(each.state()) && condition.holds(each.labels(), each.created())) {
                String name = each.names().isEmpty()
                        ? each.id()
                        : each.names().getFirst().replaceFirst("^/", "");
                goneContainers.add(each.id());
                plan.add(Step.remove("container", name, OptionalLong.of(each.sizeRw()), each.status()));
            }
        }
        return new ContainersPruned(List.of(), 0);
    }

    NetworksPruned pruneNetworks(Map<String, List<String>> filters) throws ApiException {
        refuseOthers(filters, Set.of("until", "label", "label!"));
        Condition condition = new Condition(filters);
        Set<String> used = new HashSet<>();
        for (ContainerSummary each : left()) {
            used.addAll(each.networkSettings().networks().keySet());
        }
        for (NetworkInspect each : engine.listNetworks(Map.of())) {
            boolean goes = !ForeseenNetworks.PREDEFINED.contains(each.name())
                    && !each.configOnly()
                    && !used.contains(each.name())
                    && condition.holds(each.labels(), seconds(each.created()));
            if (goes) {
                plan.add(Step.remove("network", each.name(), OptionalLong.empty(), "no container is in it"));
            }
        }
        return new NetworksPruned(List.of());
    }

    private static long seconds(String time) {
        return time.isEmpty() ? 0 : Instant.parse(time).getEpochSecond();
    }

    VolumesPruned pruneVolumes(Map<String, List<String>> filters) throws ApiException {
        refuseOthers(filters, Set.of("until", "label", "label!", "all"));
        List<String> all = filters.getOrDefault("all", List.of());
        boolean withNamed = all.contains("true") || all.contains("1");
        Condition condition = new Condition(filters);
        Set<String> used = new HashSet<>();
        left().forEach(each -> each.mounts().forEach(mount -> used.add(mount.name())));
        for (Volume each : engine.diskUsage().volumes()) {
            boolean goes = (withNamed || each.labels().containsKey(ForeseenVolumes.ANONYMOUS))
                    && each.options().isEmpty()
                    && !used.contains(each.name())
                    && condition.holds(each.labels(), seconds(each.createdAt()));
            if (goes) {
                OptionalLong size = each.usage().stream()
                        .mapToLong(usage -> usage.size())
                        .filter(bytes -> bytes >= 0)
                        .findFirst();
                plan.add(Step.remove("volume", each.name(), size, "no container wants it"));
            }
        }
        return new VolumesPruned(List.of(), 0);
    }

    /** Images are filtered by the engine: it lists and prunes by the same words, but for {@code dangling=false} and {@code keep-last}. */
    ImagesPruned pruneImages(ImagePruneOptions options) throws ApiException {
        Map<String, List<String>> filters = new LinkedHashMap<>(options.filters());
        List<String> kept = filters.getOrDefault("keep-last", List.of("0"));
        filters.remove("keep-last");
        if (filters.getOrDefault("dangling", List.of()).contains("false")) {
            filters.remove("dangling");
        }
        Set<String> used = new HashSet<>();
        left().forEach(each -> used.add(each.imageId()));
        List<ImageSummary> matching = new ArrayList<>();
        for (ImageSummary each : engine.listImages(new ImageListOptions(false, filters))) {
            if (!used.contains(each.id())) {
                matching.add(each);
            }
        }
        matching.sort(Comparator.comparingLong(ImageSummary::lastUsed));
        int go = Math.max(0, matching.size() - number(kept.getFirst()));
        for (ImageSummary each : matching.subList(0, go)) {
            each.repoTags().forEach(name -> plan.add(Step.remove("name", name, OptionalLong.empty())));
            plan.add(Step.remove(
                    "image",
                    each.id(),
                    OptionalLong.of(each.size()),
                    "no container is made of it; layers of others stay"));
        }
        return new ImagesPruned(List.of(), 0);
    }

    private static int number(String text) throws ApiException {
        if (!text.matches("[0-9]{1,6}")) {
            throw ApiException.badRequest("invalid filter 'keep-last=" + text + "': it is how many images stay");
        }
        return Integer.parseInt(text);
    }

    private static void refuseOthers(Map<String, List<String>> filters, Set<String> known) throws ApiException {
        for (String name : filters.keySet()) {
            if (!known.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
    }

    /** Labels and age. */
    private static final class Condition {
        private final List<String> labels;
        private final List<String> others;
        private final Instant until;

        Condition(Map<String, List<String>> filters) throws ApiException {
            labels = filters.getOrDefault("label", List.of());
            others = filters.getOrDefault("label!", List.of());
            List<String> times = filters.getOrDefault("until", List.of());
            if (times.size() > 1) {
                throw ApiException.badRequest("more than one until filter specified");
            }
            try {
                until = times.isEmpty() ? Instant.MAX : new LocalTime(Map.of()).read(times.getFirst(), Instant.now());
            } catch (BadValue e) {
                throw ApiException.badRequest("invalid value for the filter until: " + times.getFirst());
            }
        }

        boolean holds(Map<String, String> has, long created) {
            return Instant.ofEpochSecond(created).isBefore(until)
                    && labels.stream().allMatch(each -> isThere(each, has))
                    && others.stream().noneMatch(each -> isThere(each, has));
        }

        private static boolean isThere(String wanted, Map<String, String> labels) {
            int equals = wanted.indexOf('=');
            return equals < 0
                    ? labels.containsKey(wanted)
                    : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
        }
    }
}
