package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.content.inspect.Owners;
import dev.estiba.oci.runtime.IdMapping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Which ids of the host the users and groups of a container are, in a user namespace of its own (user_namespaces(7)).
 *
 * @param uids of users; no two overlap
 * @param gids of groups; no two overlap
 */
public record ContainerIds(List<IdMapping> uids, List<IdMapping> gids) {
    /** As many lines as the kernel takes. */
    private static final int MOST = 340;

    private static final long IDS = 1L << 32;

    /** /proc/sys/kernel/overflowuid, as every distribution has it. */
    private static final long NOBODY = 65_534;

    public ContainerIds {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** One range of the host's, for users and groups. */
    public static ContainerIds range(long first, long count) {
        List<IdMapping> one = List.of(new IdMapping(0, first, count));
        return new ContainerIds(one, one);
    }

    /**
     * What a request, or a container's record, says; empty where it has none of its own.
     *
     * @throws ApiException 400 for what the kernel would refuse
     */
    public static Optional<ContainerIds> of(HostConfig host) throws ApiException {
        if (host.idMappings().isEmpty()) {
            return Optional.empty();
        }
        List<String> uids = host.idMappings().get().uidMap();
        List<String> gids = host.idMappings().get().gidMap();
        if (uids.isEmpty() && gids.isEmpty()) {
            return Optional.empty();
        }
        // As podman has it: who says one of them means both.
        return Optional.of(new ContainerIds(
                parse("uidmap", uids.isEmpty() ? gids : uids), parse("gidmap", gids.isEmpty() ? uids : gids)));
    }

    private static List<IdMapping> parse(String option, List<String> texts) throws ApiException {
        List<IdMapping> all = new ArrayList<>();
        for (String text : texts) {
            all.add(mapping(option, text));
        }
        if (all.size() > MOST) {
            throw ApiException.badRequest("--" + option + ": there are " + all.size()
                    + " mappings, and the kernel takes " + MOST + " at most");
        }
        refuseOverlap(option, all, IdMapping::containerId, "of the container");
        refuseOverlap(option, all, IdMapping::hostId, "of the host");
        if (all.stream().noneMatch(each -> each.containerId() == 0)) {
            throw ApiException.badRequest("--" + option
                    + ": id 0 of the container is not mapped, and without it nothing can be mounted in it");
        }
        return all;
    }

    private static IdMapping mapping(String option, String text) throws ApiException {
        String[] fields = text.split(":", -1);
        boolean right = fields.length == 2 || fields.length == 3;
        for (String field : fields) {
            right &= field.matches("[0-9]{1,10}");
        }
        if (!right) {
            throw ApiException.badRequest("--" + option + ": \"" + text + "\" is not CONTAINER:HOST:LENGTH");
        }
        long container = Long.parseLong(fields[0]);
        long host = Long.parseLong(fields[1]);
        long length = fields.length == 3 ? Long.parseLong(fields[2]) : 1;
        // The last number stands for no id at all.
        if (length == 0 || container + length >= IDS || host + length >= IDS) {
            throw ApiException.badRequest("--" + option + ": \"" + text
                    + "\" has ids that there are not: they go from 0 to " + (IDS - 2) + ", and a length is at least 1");
        }
        return new IdMapping(container, host, length);
    }

    private static void refuseOverlap(String option, List<IdMapping> all, ToLongFunction<IdMapping> first, String whose)
            throws ApiException {
        List<IdMapping> sorted =
                all.stream().sorted(Comparator.comparingLong(first)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            IdMapping before = sorted.get(i - 1);
            long next = first.applyAsLong(sorted.get(i));
            if (first.applyAsLong(before) + before.size() > next) {
                throw ApiException.badRequest("--" + option + ": id " + next + " " + whose + " is mapped twice");
            }
        }
    }

    /** As the API has it. */
    public IdMappings written() {
        return new IdMappings(texts(uids), texts(gids));
    }

    private static List<String> texts(List<IdMapping> mappings) {
        return mappings.stream()
                .map(each -> each.containerId() + ":" + each.hostId() + ":" + each.size())
                .toList();
    }

    /** What a user of the container is on the host; empty for one that it has not. */
    public OptionalLong hostUid(long uid) {
        return host(uids, uid);
    }

    /** What a group of the container is on the host; empty for one that it has not. */
    public OptionalLong hostGid(long gid) {
        return host(gids, gid);
    }

    private static OptionalLong host(List<IdMapping> mappings, long id) {
        return mappings.stream()
                .filter(each -> id >= each.containerId() && id - each.containerId() < each.size())
                .mapToLong(each -> each.hostId() + (id - each.containerId()))
                .findFirst();
    }

    /** What a user of the host is in the container; empty for one that is nobody there. */
    public OptionalLong uid(long hostUid) {
        return container(uids, hostUid);
    }

    /** What a group of the host is in the container; empty for one that is nobody there. */
    public OptionalLong gid(long hostGid) {
        return container(gids, hostGid);
    }

    private static OptionalLong container(List<IdMapping> mappings, long id) {
        return mappings.stream()
                .filter(each -> id >= each.hostId() && id - each.hostId() < each.size())
                .mapToLong(each -> each.containerId() + (id - each.hostId()))
                .findFirst();
    }

    /** From an image's ids to those on the disk; whom the container has not got becomes nobody. */
    public Owners onDisk() {
        return new Owners(id -> hostUid(id).orElse(NOBODY), id -> hostGid(id).orElse(NOBODY));
    }

    /** The way back: what is on the disk, for who writes it into an archive or another image. */
    public Owners inContainer() {
        return new Owners(id -> uid(id).orElse(NOBODY), id -> gid(id).orElse(NOBODY));
    }

    /** Whether all that it has are on the host what they are in the container: files then need no mapping. */
    public boolean isSame() {
        return uids.stream().allMatch(each -> each.containerId() == each.hostId())
                && gids.stream().allMatch(each -> each.containerId() == each.hostId());
    }

    /** Who the container's root is on the host. */
    public long rootUser() {
        return root(uids);
    }

    public long rootGroup() {
        return root(gids);
    }

    private static long root(List<IdMapping> ids) {
        return ids.stream()
                .filter(each -> each.containerId() == 0)
                .mapToLong(IdMapping::hostId)
                .findFirst()
                .orElse(NOBODY);
    }

    /** The highest group up to which all are mapped, from 0 on. */
    long lastGroup() {
        long next = 0;
        List<IdMapping> sorted = gids.stream()
                .sorted(Comparator.comparingLong(IdMapping::containerId))
                .toList();
        for (IdMapping each : sorted) {
            if (each.containerId() != next) {
                break;
            }
            next += each.size();
        }
        return next - 1;
    }
}
