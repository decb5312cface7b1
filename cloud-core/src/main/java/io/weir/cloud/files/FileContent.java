package io.weir.cloud.files;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.files.FilesApi;
import io.weir.api.files.FilesApi.DeviceFile;
import io.weir.api.files.FilesApi.GetFile;
import io.weir.api.files.FilesApi.ReadFile;
import io.weir.cloud.http.Guard;
import io.weir.cloud.http.RequestIds;
import io.weir.cloud.http.RouterExtension;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

/**
 * {@code GET /devices/{device_id}/files/{file_id}/content}: the bytes, piece by piece as the client
 * reads them. Always an attachment: what a device uploaded must not run in anybody's browser.
 */
public final class FileContent implements RouterExtension {
    private final Bus bus;

    public FileContent(Bus bus) {
        this.bus = bus;
    }

    @Override
    public void mount(Router root, Guard guard) {
        String path = "/devices/:device/files/:file/content";
        guard.protect(root.get(path), "getDeviceFile");
        root.get(path).handler(this::send);
    }

    private void send(RoutingContext context) {
        Call call = new Call(Guard.actor(context), null, RequestIds.of(context));
        String device = context.pathParam("device");
        String id = context.pathParam("file");
        bus.call(FilesApi.GET, new GetFile(device, id), call)
                .onFailure(
                        e ->
                                context.fail(
                                        e instanceof Rejected r && r.is(CommonError.NOT_FOUND)
                                                ? 404
                                                : 503))
                .onSuccess(
                        file -> {
                            context.response()
                                    .putHeader("Content-Type", "application/octet-stream")
                                    .putHeader("Content-Length", Long.toString(file.size()))
                                    .putHeader("X-Content-Type-Options", "nosniff")
                                    .putHeader("Cache-Control", "no-store")
                                    .putHeader(
                                            "Content-Disposition",
                                            "attachment; filename=\"" + file.name() + "\"");
                            next(context.response(), call, file, 0);
                        });
    }

    private void next(HttpServerResponse response, Call call, DeviceFile file, long from) {
        if (response.closed()) {
            return;
        }
        if (from >= file.size()) {
            response.end();
            return;
        }
        bus.call(FilesApi.READ, new ReadFile(file.deviceId(), file.fileId(), from), call)
                .onComplete(
                        done -> {
                            if (done.failed() || done.result().bytes().length == 0) {
                                response.reset(); // a short body must not look like a whole one
                                return;
                            }
                            byte[] bytes = done.result().bytes();
                            response.write(Buffer.buffer(bytes))
                                    .onSuccess(
                                            v -> next(response, call, file, from + bytes.length));
                        });
    }
}
