package io.weir.cloud.ota;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.ota.PackageOps;
import io.weir.api.ota.PackageOps.BeginUpload;
import io.weir.cloud.http.Guard;
import io.weir.cloud.http.RequestIds;
import io.weir.cloud.http.RouterExtension;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

/**
 * {@code PUT /ota/packages/{package_id}/content}: the bytes of a package, with their {@code
 * Content-Length}; answers 201 with the package. Never more than a piece and what one read brings
 * is in memory. A package whose upload was cut off has no content and takes another upload.
 */
public final class FirmwareContent implements RouterExtension {
    private final Bus bus;

    public FirmwareContent(Bus bus) {
        this.bus = bus;
    }

    @Override
    public void mount(Router root, Guard guard) {
        String path = "/ota/packages/:package/content";
        guard.protect(root.put(path), "createPackage");
        root.put(path).handler(this::begin);
    }

    private void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        request.pause();
        String length = request.getHeader("Content-Length");
        if (length == null || !length.matches("[0-9]{1,12}")) {
            Upload.refuse(
                    context, Rejected.invalid("Content-Length", "must say how many bytes come"));
            return;
        }
        Call call = new Call(Guard.actor(context), null, RequestIds.of(context));
        String id = context.pathParam("package");
        long size = Long.parseLong(length);
        bus.call(PackageOps.BEGIN, new BeginUpload(id, size), call)
                .onFailure(e -> Upload.refuse(context, e))
                .onSuccess(
                        begun -> {
                            if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
                                context.response().writeContinue();
                            }
                            new Upload(bus, context, call, id, begun.uploadId(), size).start();
                        });
    }
}
