package io.weir.cloud.ota;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProductOps.GetProduct;
import io.weir.api.ota.PackageOps;
import io.weir.api.ota.PackageOps.BeginUpload;
import io.weir.api.ota.PackageOps.Begun;
import io.weir.api.ota.PackageOps.CreatePackage;
import io.weir.api.ota.PackageOps.DropUpload;
import io.weir.api.ota.PackageOps.EndUpload;
import io.weir.api.ota.PackageOps.FirmwarePackage;
import io.weir.api.ota.PackageOps.GetPackage;
import io.weir.api.ota.PackageOps.ListPackages;
import io.weir.api.ota.PackageOps.PutPiece;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/** Packages, and the upload of their content. A package belongs to the product's owner. */
final class PackageHandlers {
    private static final int EXT_DATA_BYTES = 4096;
    private static final String DEFAULT_MODULE = "default";

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final OtaConfig config;

    PackageHandlers(Tx tx, Bus bus, Time time, OtaConfig config) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.config = config;
    }

    /** Devices call their own firmware {@code default}, or nothing. */
    static String module(String name) {
        return name.equals(DEFAULT_MODULE) ? "" : name;
    }

    FirmwarePackage create(Call call, CreatePackage q) {
        if (q.extData() != null
                && Json.text(q.extData()).getBytes(StandardCharsets.UTF_8).length
                        > EXT_DATA_BYTES) {
            throw Rejected.invalid("ext_data", "must have at most " + EXT_DATA_BYTES + " bytes");
        }
        var product = bus.call(ProductOps.DETAIL, new GetProduct(q.productId()), call).await();
        List<String> sources = q.sourceVersions();
        var fresh =
                new FirmwarePackage(
                        Letters.id(),
                        product.tenant(),
                        product.id(),
                        product.productKey(),
                        module(q.module()),
                        q.version(),
                        sources == null ? List.of() : sources.stream().distinct().sorted().toList(),
                        q.diff(),
                        q.mqtt(),
                        q.extData(),
                        null,
                        null,
                        null,
                        time.now().truncatedTo(ChronoUnit.SECONDS));
        return tx.run(
                call.scope(),
                c -> {
                    if (PackageStore.countLocked(c, fresh.tenant()) >= config.packages()) {
                        throw new Rejected(
                                OtaError.TOO_MANY_PACKAGES,
                                "a tenant has " + config.packages() + " packages at most");
                    }
                    if (!PackageStore.insert(c, fresh, call.actor().uid())) {
                        throw new Rejected(
                                OtaError.PACKAGE_EXISTS,
                                "version: the product has this one of this module already");
                    }
                    audit(c, call, "create", null, fresh);
                    return fresh;
                });
    }

    Page<FirmwarePackage> list(Call call, ListPackages q) {
        return tx.run(call.scope(), c -> PackageStore.list(c, call.scope(), q));
    }

    FirmwarePackage get(Call call, GetPackage q) {
        return tx.run(call.scope(), c -> find(c, call.scope(), q.packageId()));
    }

    FirmwarePackage remove(Call call, GetPackage q) {
        return tx.run(
                call.scope(),
                c -> {
                    FirmwarePackage found = lock(c, call.scope(), q.packageId());
                    if (PackageStore.used(c, q.packageId())) {
                        throw new Rejected(
                                OtaError.PACKAGE_IN_USE, "a campaign that is not over has it");
                    }
                    PackageStore.remove(c, call.scope(), q.packageId());
                    audit(c, call, "remove", found, null);
                    return found;
                });
    }

    Begun begin(Call call, BeginUpload q) {
        String upload = Letters.id();
        return tx.run(
                call.scope(),
                c -> {
                    FirmwarePackage found = lock(c, call.scope(), q.packageId());
                    if (found.size() != null) {
                        throw fixed();
                    }
                    fits(found, q.size());
                    PackageStore.begin(c, q.packageId(), upload, time.now());
                    return new Begun(upload);
                });
    }

    private void fits(FirmwarePackage found, long size) {
        long most = found.mqtt() ? config.mqttBytes() : config.packageBytes();
        if (size > most) {
            throw new Rejected(
                    CommonError.TOO_LARGE, "Content-Length: must be at most " + most + " bytes");
        }
        if (size < 1) {
            throw Rejected.invalid("Content-Length", "must be from 1 to " + most + " bytes");
        }
    }

    Done piece(Call call, PutPiece q) {
        if (q.at() % PackageOps.PIECE_BYTES != 0 || q.bytes().length > PackageOps.PIECE_BYTES) {
            throw Rejected.invalid("at", "must be a multiple of " + PackageOps.PIECE_BYTES);
        }
        if (!tx.run(call.scope(), c -> PackageStore.piece(c, call.scope(), q))) {
            throw over();
        }
        return new Done();
    }

    FirmwarePackage end(Call call, EndUpload q) {
        return tx.run(
                call.scope(),
                c -> {
                    FirmwarePackage found = lock(c, call.scope(), q.packageId());
                    if (found.size() != null) {
                        throw fixed();
                    }
                    if (PackageStore.received(c, q.packageId(), q.uploadId()) != q.size()) {
                        throw over();
                    }
                    PackageStore.end(c, q);
                    FirmwarePackage whole = find(c, call.scope(), q.packageId());
                    audit(c, call, "upload", found, whole);
                    return whole;
                });
    }

    Done drop(Call call, DropUpload q) {
        return tx.run(
                call.scope(),
                c -> {
                    PackageStore.drop(c, call.scope(), q.packageId(), q.uploadId());
                    return new Done();
                });
    }

    private void audit(
            SqlConnection c,
            Call call,
            String verb,
            @Nullable FirmwarePackage before,
            @Nullable FirmwarePackage after) {
        FirmwarePackage of = before == null ? Objects.requireNonNull(after) : before;
        AuditStore.add(
                c,
                call,
                time.now(),
                of.tenant(),
                "ota.package." + verb,
                "package:" + of.packageId(),
                before,
                after);
    }

    static FirmwarePackage find(SqlConnection c, Scope scope, String id) {
        return found(PackageStore.get(c, scope, id), id);
    }

    /** Nobody removes it, uploads to it or begins a campaign with it meanwhile. */
    static FirmwarePackage lock(SqlConnection c, Scope scope, String id) {
        return found(PackageStore.lock(c, scope, id), id);
    }

    private static FirmwarePackage found(@Nullable FirmwarePackage found, String id) {
        if (found == null) {
            throw Rejected.notFound("package " + id);
        }
        return found;
    }

    private static Rejected fixed() {
        return new Rejected(OtaError.CONTENT_FIXED, "the package has its content for good");
    }

    private static Rejected over() {
        return new Rejected(
                OtaError.UPLOAD_OVER, "the upload is over: another one began, or it was cut off");
    }
}
