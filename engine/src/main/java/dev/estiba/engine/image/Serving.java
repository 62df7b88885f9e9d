package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.server.RegistryServer;
import dev.estiba.registry.server.ServerSettings;
import dev.estiba.registry.server.TagListener;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.net.InetSocketAddress;

/** {@code registry serve}: the engine's own store as a registry. What is pushed to it is an image here, without a copy. */
final class Serving {
    private final Images images;

    Serving(Images images) {
        this.images = images;
    }

    /** Who pushes gives a name. */
    private TagListener told() {
        return new TagListener() {
            @Override
            public void tagged(StoredImage image, Reference name) {
                images.events().tagged(image, name);
            }

            @Override
            public void untagged(StoredImage image) {
                images.events().untagged(image);
            }

            @Override
            public void dropped(StoredImage image) {
                images.events().deleted(image.id());
            }
        };
    }

    ServedRegistry serve(RegistryServeOptions options) throws IOException {
        InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
        if (address.isUnresolved()) {
            throw ApiException.badRequest("cannot listen on " + options.host() + ": there is no such host");
        }
        ServerSettings settings = ServerSettings.of(address, images.host());
        if (options.name().isPresent()) {
            settings = settings.withName(options.name().get());
        }
        if (options.all()) {
            settings = settings.withAll();
        }
        if (options.htpasswd().isPresent()) {
            settings = settings.withUsers(options.htpasswd().get(), options.tokens());
        }
        if (options.tls().isPresent()) {
            RegistryServeOptions.Tls tls = options.tls().get();
            settings = settings.withTls(new TlsRules.Identity(tls.certificate(), tls.key()));
        }
        if (options.mirrorOf().isPresent()) {
            settings = settings.withUpstream(options.mirrorOf().get());
        }
        RegistryServer server =
                RegistryServer.open(images.store().open(), settings, Registries.settings(options.access()), told());
        return new ServedRegistry() {
            @Override
            public String url() {
                return server.url();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
