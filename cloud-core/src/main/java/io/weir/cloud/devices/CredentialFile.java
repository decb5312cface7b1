package io.weir.cloud.devices;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.devices.BatchOps;
import io.weir.api.devices.BatchOps.Credential;
import io.weir.api.devices.BatchOps.PageCredentials;
import io.weir.cloud.http.Answer;
import io.weir.cloud.http.Guard;
import io.weir.cloud.http.RequestIds;
import io.weir.cloud.http.RouterExtension;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /oms/produce/file/{id}?format=csv|xlsx}: the credentials of a batch of any size, page
 * by page as the factory reads them (OMS 2.8). An XLSX is one ZIP, kept in memory until it is
 * whole: about 50 bytes a device.
 */
public final class CredentialFile implements RouterExtension {
    private static final String XLSX =
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /** Each is whole in memory. */
    private static final int SHEETS_AT_ONCE = 2;

    private final Bus bus;
    private final AtomicInteger sheets = new AtomicInteger();

    public CredentialFile(Bus bus) {
        this.bus = bus;
    }

    /** One download. */
    private record Download(HttpServerResponse response, Vertx vertx, Call call, long batch) {
        void head(String type, String ending) {
            response.putHeader("Content-Type", type)
                    .putHeader("Cache-Control", "no-store")
                    .putHeader(
                            "Content-Disposition",
                            "attachment; filename=\"devices-" + batch + ending + "\"");
        }
    }

    @Override
    public void mount(Router root, Guard guard) {
        for (String prefix : List.of("/oms", "/pms")) {
            String path = prefix + "/produce/file/:id";
            guard.protect(root.get(path), "downloadBatch");
            root.get(path).handler(this::begin);
        }
    }

    private void begin(RoutingContext context) {
        String id = context.pathParam("id");
        String format = context.request().getParam("format", "csv");
        if (!id.matches("[0-9]{1,10}")) {
            refuse(context, Rejected.notFound("batch " + id));
        } else if (!format.equals("csv") && !format.equals("xlsx")) {
            refuse(context, Rejected.invalid("format", "must be csv or xlsx"));
        } else if (format.equals("xlsx") && !sheet(context)) {
            refuse(
                    context,
                    new Rejected(
                            CommonError.UNAVAILABLE,
                            "other sheets are being made, try again or take csv"));
        } else {
            Call call = new Call(Guard.actor(context), null, RequestIds.of(context));
            var download =
                    new Download(context.response(), context.vertx(), call, Long.parseLong(id));
            page(download, "", format)
                    .onFailure(e -> refuse(context, e))
                    .onSuccess(
                            first -> {
                                if (format.equals("csv")) {
                                    csv(download, first);
                                } else {
                                    xlsx(download, first);
                                }
                            });
        }
    }

    /** Takes a place that is free again when the answer has ended. */
    private boolean sheet(RoutingContext context) {
        if (sheets.incrementAndGet() > SHEETS_AT_ONCE) {
            sheets.decrementAndGet();
            return false;
        }
        context.addEndHandler(ended -> sheets.decrementAndGet());
        return true;
    }

    private static void refuse(RoutingContext context, Throwable e) {
        Rejected why =
                e instanceof Rejected r
                        ? r
                        : new Rejected(CommonError.UNAVAILABLE, "no answer, try again");
        Answer.of(why).send(context);
    }

    private Future<List<Credential>> page(Download d, String after, String format) {
        return bus.call(
                BatchOps.CREDENTIALS, new PageCredentials(d.batch(), after, format), d.call());
    }

    private static boolean last(List<Credential> rows) {
        return rows.size() < BatchOps.CREDENTIALS_AT_ONCE;
    }

    private void csv(Download d, List<Credential> first) {
        d.head("text/csv", ".csv");
        d.response().setChunked(true);
        d.response()
                .write("product_key,device_name,device_secret\r\n")
                .onSuccess(v -> csvRows(d, first));
    }

    /** The next page is asked for when this one is on its way. */
    private void csvRows(Download d, List<Credential> rows) {
        Buffer text = Buffer.buffer();
        for (Credential c : rows) {
            text.appendString(
                    c.productKey() + "," + c.deviceName() + "," + c.deviceSecret() + "\r\n");
        }
        if (last(rows)) {
            d.response().end(text);
            return;
        }
        d.response()
                .write(text)
                .compose(v -> page(d, rows.getLast().deviceId(), "csv"))
                .onSuccess(next -> csvRows(d, next))
                .onFailure(e -> d.response().reset()); // half a file must not look like a whole one
    }

    private void xlsx(Download d, List<Credential> first) {
        var sheet = new CredentialSheet();
        rows(d, sheet, first)
                .compose(v -> d.vertx().executeBlocking(sheet::file))
                .onSuccess(
                        file -> {
                            d.head(XLSX, ".xlsx");
                            d.response().end(file);
                        })
                .onFailure(e -> d.response().reset());
    }

    private Future<Void> rows(Download d, CredentialSheet sheet, List<Credential> rows) {
        if (d.response().closed()) {
            return Future.failedFuture("who asked has gone");
        }
        Future<Void> added =
                d.vertx()
                        .executeBlocking(
                                () -> {
                                    sheet.add(rows);
                                    return null;
                                });
        return last(rows)
                ? added
                : added.compose(v -> page(d, rows.getLast().deviceId(), "xlsx"))
                        .compose(next -> rows(d, sheet, next));
    }
}
