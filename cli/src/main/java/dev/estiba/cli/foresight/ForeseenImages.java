package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ListOptions;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.RegistryImage;
import dev.estiba.oci.image.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What would become of images. */
final class ForeseenImages {
    private static final String KIND = "image";

    private final EngineApi engine;
    private final Plan plan;
    private final ForeseenMaking making;

    ForeseenImages(EngineApi engine, Plan plan, ForeseenMaking making) {
        this.engine = engine;
        this.plan = plan;
        this.making = making;
    }

    private Optional<ImageInspect> find(String name) throws ApiException {
        try {
            return Optional.of(engine.inspectImage(name));
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The registry is asked what it has under that name now. */
    String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException {
        RegistryImage there = engine.registryImage(reference, options.access());
        String digest = there.descriptor().digest();
        Optional<ImageInspect> here = find(reference);
        making.pulled(reference);
        if (here.isEmpty()) {
            plan.add(Step.add(KIND, reference, "from its registry, " + digest));
            return reference;
        }
        boolean isSame = here.get().descriptor().digest().equals(digest)
                || here.get().repoDigests().stream().anyMatch(each -> each.endsWith("@" + digest));
        if (!isSame) {
            plan.add(Step.change(
                    KIND, reference, "digest", here.get().descriptor().digest(), digest));
        }
        return reference;
    }

    void tagImage(String source, String target) throws ApiException {
        ImageInspect image = engine.inspectImage(source);
        String name;
        try {
            name = Reference.parse(target).tagged().familiar();
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("invalid reference format: " + target);
        }
        Optional<ImageInspect> before = find(name);
        if (before.isEmpty()) {
            plan.add(Step.add("name", name, "of the image " + image.id()));
        } else if (!before.get().id().equals(image.id())) {
            plan.add(Step.change("name", name, KIND, before.get().id(), image.id()));
        }
    }

    List<ImageDeleted> removeImage(String name, boolean force, List<String> platforms) throws ApiException {
        return removeImage(name, force);
    }

    /** As moby (daemon/images/image_delete.go): a name goes, and with the last one the image. */
    List<ImageDeleted> removeImage(String name, boolean force) throws ApiException {
        ImageInspect image = engine.inspectImage(name);
        List<ContainerSummary> made = engine.listContainers(new ListOptions(true, 0, false, Map.of())).stream()
                .filter(each -> each.imageId().equals(image.id()))
                .toList();
        Optional<String> tag = named(name, image);
        String id = shortened(image.id());
        if (tag.isPresent()) {
            boolean isLast = image.repoTags().size() == 1;
            if (isLast && !force && !made.isEmpty()) {
                throw ApiException.conflict("conflict: unable to remove repository reference \"" + tag.get()
                        + "\" (must force) - container "
                        + shortened(made.getFirst().id())
                        + " is using its referenced image " + id);
            }
            plan.add(Step.remove("name", tag.get(), OptionalLong.empty(), "of the image " + id));
            if (isLast) {
                removed(image, made);
            }
            return List.of();
        }
        Optional<ContainerSummary> running =
                made.stream().filter(each -> each.state().equals("running")).findFirst();
        if (running.isPresent()) {
            throw ApiException.conflict("conflict: unable to delete " + id
                    + " (cannot be forced) - image is being used by running container "
                    + shortened(running.get().id()));
        }
        if (!force && !made.isEmpty()) {
            throw ApiException.conflict("conflict: unable to delete " + id
                    + " (must be forced) - image is being used by stopped container "
                    + shortened(made.getFirst().id()));
        }
        long repositories = image.repoTags().stream()
                .map(each -> each.substring(0, Math.max(0, each.lastIndexOf(':'))))
                .distinct()
                .count();
        if (!force && repositories > 1) {
            throw ApiException.conflict("conflict: unable to delete " + id
                    + " (must be forced) - image is referenced in multiple repositories");
        }
        image.repoTags().forEach(each -> plan.add(Step.remove("name", each, OptionalLong.empty())));
        removed(image, made);
        return List.of();
    }

    private void removed(ImageInspect image, List<ContainerSummary> made) {
        String note = made.isEmpty()
                ? "layers that other images have stay"
                : "its layers stay as long as container "
                        + shortened(made.getFirst().id()) + " is made of them";
        plan.add(Step.remove(KIND, image.id(), OptionalLong.of(image.size()), note));
    }

    /** The name of the image that was meant; empty when its ID was. */
    private static Optional<String> named(String name, ImageInspect image) {
        try {
            String familiar = Reference.parse(name).tagged().familiar();
            return image.repoTags().stream()
                    .filter(each -> each.equals(familiar) || each.equals(name))
                    .findFirst();
        } catch (IllegalArgumentException anId) {
            return Optional.empty();
        }
    }

    private static String shortened(String id) {
        String bare = id.substring(id.indexOf(':') + 1);
        return bare.substring(0, Math.min(12, bare.length()));
    }
}
