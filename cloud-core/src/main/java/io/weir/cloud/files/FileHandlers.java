package io.weir.cloud.files;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.files.FilesApi.Bytes;
import io.weir.api.files.FilesApi.DeviceFile;
import io.weir.api.files.FilesApi.GetFile;
import io.weir.api.files.FilesApi.ListFiles;
import io.weir.api.files.FilesApi.ReadFile;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** Finished files, for the tenant that owned the device then. */
final class FileHandlers {
    private final Tx tx;
    private final Time time;

    FileHandlers(Tx tx, Time time) {
        this.tx = tx;
        this.time = time;
    }

    Page<DeviceFile> list(Call call, ListFiles ask) {
        return tx.run(
                call.scope(),
                c -> FileStore.list(c, call.scope(), ask.deviceId(), ask.limit(), ask.offset()));
    }

    DeviceFile get(Call call, GetFile ask) {
        return tx.run(call.scope(), c -> find(c, call.scope(), ask.deviceId(), ask.fileId()));
    }

    DeviceFile remove(Call call, GetFile ask) {
        return tx.run(
                call.scope(),
                c -> {
                    DeviceFile file = find(c, call.scope(), ask.deviceId(), ask.fileId());
                    String tenant = FileStore.remove(c, call.scope(), ask.deviceId(), ask.fileId());
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            tenant == null ? call.scope().path() : tenant,
                            "files.file.remove",
                            "device:" + ask.deviceId(),
                            file,
                            null);
                    return file;
                });
    }

    Bytes read(Call call, ReadFile ask) {
        return tx.run(
                call.scope(),
                c -> {
                    find(c, call.scope(), ask.deviceId(), ask.fileId());
                    return new Bytes(FileStore.read(c, call.scope(), ask.fileId(), ask.from()));
                });
    }

    private static DeviceFile find(SqlConnection c, Scope scope, String device, String id) {
        DeviceFile file = FileStore.get(c, scope, device, id);
        if (file == null) {
            throw Rejected.notFound("file " + id + " of " + device);
        }
        return file;
    }
}
