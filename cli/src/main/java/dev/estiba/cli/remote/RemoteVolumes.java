package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeList;
import dev.estiba.api.VolumesApi;
import dev.estiba.api.VolumesPruned;
import dev.estiba.cli.remote.DaemonClient.Request;
import java.util.List;
import java.util.Map;

/** A daemon's volumes. */
final class RemoteVolumes implements VolumesApi {
    private final Requests requests;

    RemoteVolumes(Requests requests) {
        this.requests = requests;
    }

    @Override
    public Volume createVolume(VolumeCreateRequest body) throws ApiException {
        byte[] json = Body.VOLUME_CREATE_REQUEST.write(body, Layout.COMPACT);
        return requests.answer(Request.of("POST", Query.of("/volumes/create"), json), Body.VOLUME);
    }

    @Override
    public VolumeList listVolumes(Map<String, List<String>> filters) throws ApiException {
        Query target = Query.of("/volumes").withText("filters", Requests.filters(filters));
        return requests.answer(Request.of("GET", target), Body.VOLUME_LIST);
    }

    @Override
    public Volume inspectVolume(String name) throws ApiException {
        return requests.answer(Request.of("GET", Query.of("/volumes/{}", name)), Body.VOLUME);
    }

    @Override
    public void removeVolume(String name, boolean force) throws ApiException {
        requests.done(Request.of("DELETE", Query.of("/volumes/{}", name).when(force, "force")));
    }

    @Override
    public VolumesPruned pruneVolumes(Map<String, List<String>> filters) throws ApiException {
        Query target = Query.of("/volumes/prune").withText("filters", Requests.filters(filters));
        return requests.answer(Request.of("POST", target), Body.VOLUMES_PRUNED);
    }
}
