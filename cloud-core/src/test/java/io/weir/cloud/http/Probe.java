package io.weir.cloud.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Money;
import io.weir.model.Page;
import io.weir.model.dispense.Outlet;
import io.weir.model.problem.ErrorCode;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A context made for tests of the pipeline: it echoes, fails, is slow and counts. */
final class Probe extends VerticleBase {
    record ListThings(
            int limit,
            int offset,
            String order,
            String label,
            Boolean flag,
            Money ratio,
            List<String> tag) {}

    record NewThing(
            String name,
            Money amount,
            int count,
            Outlet outlet,
            List<String> tags,
            Nested nested) {}

    record Nested(int a) {}

    record GetThing(int thingId) {}

    record PutThing(int thingId, String note) {}

    record Fail(int status) {}

    record Flaky(int waitMs, int status) {}

    record Nobody() {}

    record Thing(int id, String name, Money amount, int count) {}

    record Echo(String text) {}

    static final Op<ListThings, Page<Echo>> LIST =
            Op.paged("probe.list.v1", ListThings.class, Echo.class);
    static final Op<NewThing, Thing> CREATE = Op.of("probe.create.v1", NewThing.class, Thing.class);
    static final Op<GetThing, Thing> GET = Op.of("probe.get.v1", GetThing.class, Thing.class);
    static final Op<PutThing, Thing> PUT = Op.of("probe.put.v1", PutThing.class, Thing.class);
    static final Op<GetThing, Done> DELETE = Op.of("probe.delete.v1", GetThing.class, Done.class);
    static final Op<Fail, Done> FAIL = Op.of("probe.fail.v1", Fail.class, Done.class);
    static final Op<Flaky, Thing> FLAKY = Op.of("probe.flaky.v1", Flaky.class, Thing.class);
    static final Op<Nobody, Done> NOBODY = Op.of("probe.nobody.v1", Nobody.class, Done.class);

    static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "probe",
                    List.of(
                            Route.of("listThings", LIST, 200),
                            Route.of("createThing", CREATE, 201),
                            Route.of("getThing", GET, 200),
                            Route.of("putThing", PUT, 202),
                            Route.of("deleteThing", DELETE, 204),
                            Route.of("failThing", FAIL, 201),
                            Route.of("flakyThing", FLAKY, 201),
                            Route.of("nobodyThing", NOBODY, 200)));

    private record Code(String name, int status) implements ErrorCode {}

    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger flaky = new AtomicInteger();
    private final Bus bus;

    Probe(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<?> start() {
        bus.serveAsync(
                LIST,
                (call, q) ->
                        Future.succeededFuture(new Page<>(42, List.of(new Echo(q.toString())))));
        bus.serveAsync(
                CREATE,
                (call, q) ->
                        Future.succeededFuture(
                                new Thing(
                                        created.incrementAndGet(),
                                        q.name(),
                                        q.amount(),
                                        q.count())));
        bus.serveAsync(
                GET,
                (call, q) ->
                        Future.succeededFuture(
                                new Thing(q.thingId(), call.actor().uid(), null, 0)));
        bus.serveAsync(
                PUT,
                (call, q) -> Future.succeededFuture(new Thing(q.thingId(), q.note(), null, 0)));
        bus.serveAsync(DELETE, (call, q) -> Future.succeededFuture(Done.DONE));
        bus.serveAsync(
                FAIL,
                (call, q) -> {
                    throw q.status() == 0
                            ? new IllegalStateException("secret detail")
                            : new Rejected(new Code("PROBE_" + q.status(), q.status()), "as asked");
                });
        bus.serveAsync(
                FLAKY,
                (call, q) -> {
                    int n = flaky.incrementAndGet();
                    var waited =
                            q.waitMs() == 0
                                    ? Future.succeededFuture()
                                    : vertx.timer(q.waitMs()).<Object>mapEmpty();
                    return waited.compose(
                            v ->
                                    q.status() == 0
                                            ? Future.succeededFuture(new Thing(n, "flaky", null, n))
                                            : Future.failedFuture(
                                                    new Rejected(
                                                            new Code(
                                                                    "PROBE_" + q.status(),
                                                                    q.status()),
                                                            "run " + n)));
                });
        return Future.succeededFuture();
    }
}
