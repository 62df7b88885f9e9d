package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.Resources;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Requests that say one thing, and refusals. */
final class Requests {
    private Requests() {}

    static CreateRequest of(UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host) {
        return new CreateRequest(
                config.apply(ContainerConfig.builder()).build(),
                host.apply(HostConfig.builder()).build(),
                new NetworkingConfig(Map.of()));
    }

    static HostConfig host(UnaryOperator<HostConfig.Builder> host) {
        return host.apply(HostConfig.builder()).build();
    }

    static HostConfig limited(UnaryOperator<Resources.Builder> resources) {
        return host(host -> host.resources(resources.apply(Resources.builder()).build()));
    }

    static void refused(ThrowingCallable call, int status, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(ApiException.class)
                .hasMessage(message)
                .extracting(e -> ((ApiException) e).status())
                .isEqualTo(status);
    }
}
