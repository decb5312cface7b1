package io.weir.edge.downlink;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.edge.EdgeApi;
import io.weir.edge.link.CloudLink;
import io.weir.edge.registry.DeviceRegistry;

/**
 * Opens the downlink, answers the cloud's commands, and lets go of devices that became unusable.
 */
public final class DownlinkVerticle extends VerticleBase {
    private final DownlinkConfig config;
    private final Downlink downlink;
    private final DeviceLines lines;
    private final DeviceRegistry registry;
    private final CloudLink link;

    public DownlinkVerticle(
            DownlinkConfig config,
            Downlink downlink,
            DeviceLines lines,
            DeviceRegistry registry,
            CloudLink link) {
        this.config = config;
        this.downlink = downlink;
        this.lines = lines;
        this.registry = registry;
        this.link = link;
    }

    @Override
    public Future<?> start() {
        downlink.start(config);
        long withinMs = config.farewell().toMillis();
        var farewell = new Farewell(vertx, downlink, lines, registry, withinMs);
        registry.onChange(farewell::changed);
        link.serve(
                EdgeApi.SET_PROPERTIES,
                (call, set) -> downlink.setProperties(set.deviceId(), set.paramsJson()));
        link.serve(
                EdgeApi.INVOKE,
                (call, invoke) ->
                        downlink.invoke(invoke.deviceId(), invoke.service(), invoke.paramsJson()));
        link.serve(EdgeApi.REQUEST, (call, request) -> downlink.request(request));
        link.serve(EdgeApi.PUBLISH, (call, message) -> downlink.publish(message));
        link.serve(EdgeApi.ASK, (call, ask) -> downlink.ask(ask));
        link.serve(EdgeApi.BROADCAST, (call, message) -> downlink.broadcast(message));
        return Future.succeededFuture();
    }
}
