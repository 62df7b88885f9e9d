package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImageInspectOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inspect}: prints all that is known of containers, images, networks and volumes; {@code image inspect}: of images. */
public final class InspectCommand implements Command {
    private static final Flag FORMAT =
            Flag.text("format", "json, or a template: {{.Id}}").letter('f');
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    FORMAT,
                    Flag.onOff("size", "Count the sizes of a container's file systems")
                            .letter('s'),
                    Flag.text("type", "Only a container, an image, a network, or a volume")));
    private static final FlagSet FLAGS_OF_IMAGES =
            new FlagSet(false, List.of(FORMAT, Flag.text("platform", "Of the image for this platform: linux/arm64")));

    private final boolean isForImages;

    /** @param isForImages containers are not looked for */
    public InspectCommand(boolean isForImages) {
        this.isForImages = isForImages;
    }

    @Override
    public FlagSet flags() {
        return isForImages ? FLAGS_OF_IMAGES : FLAGS;
    }

    @Override
    public String synopsis() {
        return isForImages ? "[OPTIONS] IMAGE [IMAGE...]" : "[OPTIONS] NAME|ID [NAME|ID...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, isForImages ? "image inspect" : "inspect");
        String type = isForImages ? "image" : call.flags().text("type");
        if (!List.of("", "container", "image", "network", "volume").contains(type)) {
            call.complain("estiba: inspect --type " + type
                    + " is not built yet: there are only containers, images, networks and volumes");
            return 1;
        }
        List<Inspected> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String name : call.arguments()) {
            try {
                found.add(find(call, type, name));
            } catch (ApiException e) {
                boolean isNowhere = type.isEmpty() && e.status() == ApiException.NOT_FOUND;
                failures.add(isNowhere ? "Error: No such object: " + name : "estiba: " + e.message());
            }
        }
        int status = Inspected.print(call, found, call.flags().text("format"));
        for (String failure : failures) {
            call.complain(failure);
        }
        return failures.isEmpty() ? status : 1;
    }

    private static Inspected find(Call call, String type, String name) throws ApiException {
        if (type.equals("network")) {
            return network(call, name);
        }
        if (type.equals("volume")) {
            return Inspected.of(Inspected.VOLUME, Body.VOLUME, call.engine().inspectVolume(name));
        }
        if (!type.equals("image")) {
            try {
                return Inspected.of(
                        Inspected.CONTAINER,
                        Body.CONTAINER_INSPECT,
                        call.engine().inspectContainer(name, call.flags().isOn("size")));
            } catch (ApiException e) {
                if (!type.isEmpty() || e.status() != ApiException.NOT_FOUND) {
                    throw e;
                }
            }
        }
        try {
            return image(call, name);
        } catch (ApiException e) {
            if (!type.isEmpty() || e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
        }
        try {
            return network(call, name);
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return Inspected.of(Inspected.VOLUME, Body.VOLUME, call.engine().inspectVolume(name));
        }
    }

    private static Inspected image(Call call, String name) throws ApiException {
        ImageInspect found = call.flags().isGiven("platform")
                ? call.engine()
                        .inspectImage(
                                name,
                                new ImageInspectOptions(
                                        false, Optional.of(call.flags().text("platform"))))
                : call.engine().inspectImage(name);
        return Inspected.of(Inspected.IMAGE, Body.IMAGE_INSPECT, found);
    }

    private static Inspected network(Call call, String name) throws ApiException {
        return Inspected.of(
                Inspected.NETWORK, Body.NETWORK_INSPECT, call.engine().inspectNetwork(name));
    }
}
