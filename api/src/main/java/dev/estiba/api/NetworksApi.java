package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * The operations of the Engine API on networks. A network is named by its ID, the beginning of it, or its name. As
 * {@link EngineApi}; whoever cannot have networks answers that he has none.
 */
public interface NetworksApi {
    default NetworkCreateResponse createNetwork(NetworkCreateRequest body) throws ApiException {
        throw needed();
    }

    /** Without their containers. */
    default List<NetworkInspect> listNetworks(Map<String, List<String>> filters) throws ApiException {
        throw needed();
    }

    /** Where there are none, none of that name is found: whoever looks for any object of a name goes on. */
    default NetworkInspect inspectNetwork(String id) throws ApiException {
        throw ApiException.notFound("network " + id + " not found");
    }

    /** @throws ApiException 403 for one of the three that are always there, and for one with running containers */
    default void removeNetwork(String id) throws ApiException {
        throw needed();
    }

    /** Joins a container, which may be running, to one more network. */
    default void connectNetwork(String id, NetworkConnectRequest body) throws ApiException {
        throw needed();
    }

    default void disconnectNetwork(String id, NetworkDisconnectRequest body) throws ApiException {
        throw needed();
    }

    /** Removes those that no container is in. */
    default NetworksPruned pruneNetworks(Map<String, List<String>> filters) throws ApiException {
        throw needed();
    }

    private static ApiException needed() {
        return ApiException.notImplemented("networks need the daemon");
    }
}
