package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworksApi;
import dev.estiba.api.NetworksPruned;
import dev.estiba.cli.remote.DaemonClient.Request;
import java.util.List;
import java.util.Map;

/** A daemon's networks. */
final class RemoteNetworks implements NetworksApi {
    private final Requests requests;

    RemoteNetworks(Requests requests) {
        this.requests = requests;
    }

    @Override
    public NetworkCreateResponse createNetwork(NetworkCreateRequest body) throws ApiException {
        byte[] json = Body.NETWORK_CREATE_REQUEST.write(body, Layout.COMPACT);
        return requests.answer(Request.of("POST", Query.of("/networks/create"), json), Body.NETWORK_CREATE_RESPONSE);
    }

    @Override
    public List<NetworkInspect> listNetworks(Map<String, List<String>> filters) throws ApiException {
        Query target = Query.of("/networks").withText("filters", Requests.filters(filters));
        return requests.answers(Request.of("GET", target), Body.NETWORK_INSPECT);
    }

    @Override
    public NetworkInspect inspectNetwork(String id) throws ApiException {
        return requests.answer(Request.of("GET", Query.of("/networks/{}", id)), Body.NETWORK_INSPECT);
    }

    @Override
    public void removeNetwork(String id) throws ApiException {
        requests.done(Request.of("DELETE", Query.of("/networks/{}", id)));
    }

    @Override
    public void connectNetwork(String id, NetworkConnectRequest body) throws ApiException {
        byte[] json = Body.NETWORK_CONNECT_REQUEST.write(body, Layout.COMPACT);
        requests.done(Request.of("POST", Query.of("/networks/{}/connect", id), json));
    }

    @Override
    public void disconnectNetwork(String id, NetworkDisconnectRequest body) throws ApiException {
        byte[] json = Body.NETWORK_DISCONNECT_REQUEST.write(body, Layout.COMPACT);
        requests.done(Request.of("POST", Query.of("/networks/{}/disconnect", id), json));
    }

    @Override
    public NetworksPruned pruneNetworks(Map<String, List<String>> filters) throws ApiException {
        Query target = Query.of("/networks/prune").withText("filters", Requests.filters(filters));
        return requests.answer(Request.of("POST", target), Body.NETWORKS_PRUNED);
    }
}
