package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.fetch.StoreSource;
import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client and our server. */
class OwnClientTest {
    @TempDir
    private Path directory;

    @Test
    void bringsImagesThereAndBack() throws Exception {
        try (Web one = Web.open(Files.createDirectories(directory.resolve("one")));
                Web two = Web.open(Files.createDirectories(directory.resolve("two")));
                Registry registry = Registry.open(RegistrySettings.USUAL)) {
            Descriptor image = one.image("a/b", "tag", 1, 300_000, 10, 0);
            Reference from = Reference.parse(one.host() + "/a/b:tag");
            Reference to = Reference.parse(two.host() + "/c:tag");
            try (ImageSource source = registry.source(from);
                    ImageTarget target = registry.target(to, List.of())) {
                ImageCopy.copy(source, target, CopyOptions.ALL, (blob, step) -> {});
            }
            assertThat(registry.resolve(to)).hasValue(image);
            assertThat(registry.tags(to)).containsExactly("tag");
            assertThat(registry.catalog(two.host())).containsExactly("c");
            assertThat(two.store().images().names()).containsOnlyKeys(to.toString());

            Store store = Store.open(directory.resolve("three"));
            try (Lease lease = store.lease();
                    ImageSource source = registry.source(to);
                    StoreTarget target = new StoreTarget(store, lease, Web.HOST, List.of(to))) {
                ImageCopy.copy(source, target, CopyOptions.ALL, (blob, step) -> {});
            }
            try (ImageSource source = StoreSource.of(
                            store, "here", store.images().find(image.digest()).orElseThrow());
                    ImageTarget target = registry.target(from.withTag("back"), List.of(from))) {
                ImageCopy.copy(source, target, CopyOptions.ALL, (blob, step) -> {});
            }
            assertThat(registry.tags(from)).containsExactly("back", "tag");

            assertThat(registry.delete(to)).isEqualTo(image.digest());
            assertThat(registry.resolve(to)).isEmpty();
            assertThatThrownBy(() -> registry.delete(to)).isInstanceOf(NotThere.class);
        }
    }
}
