package io.weir.cloud.devices;

import io.weir.api.devices.ScriptOps.InForce;
import io.weir.api.devices.ScriptOps.PublishScript;
import io.weir.api.devices.ScriptOps.ScriptView;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.script.Functions;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Puts a version of a product's script in force, a draft for the first time or an earlier one
 * again. Every gateway that serves devices of the product hears of it.
 */
final class PublishScriptHandler {
    private final Tx tx;
    private final ScriptBench bench;
    private final Announcer announcer;
    private final Time time;

    PublishScriptHandler(Tx tx, ScriptBench bench, Announcer announcer, Time time) {
        this.tx = tx;
        this.bench = bench;
        this.announcer = announcer;
        this.time = time;
    }

    InForce handle(Call call, PublishScript request) {
        String source = request.version() == 0 ? null : source(call, request);
        boolean raw = source != null && loaded(source).raw();
        announcer.announce(inForce(call, request, source, raw));
        return new InForce(request.productId(), request.version());
    }

    private String source(Call call, PublishScript request) {
        ScriptView script =
                tx.run(
                        call.scope(),
                        c ->
                                ScriptStore.get(
                                        c, call.scope(), request.productId(), request.version()));
        return script.source() == null ? "" : script.source();
    }

    private Functions loaded(String source) {
        ScriptBench.Outcome<Functions> outcome = bench.check(source);
        ScriptFault fault = outcome.fault();
        if (fault != null) {
            throw Rejected.invalid(
                    "version",
                    "can't be loaded: line %d, column %d: %s"
                            .formatted(fault.line(), fault.column(), fault.words()));
        }
        Functions functions = outcome.result();
        if (functions == null || !(functions.raw() || functions.transformPayload())) {
            throw Rejected.invalid(
                    "version",
                    "needs rawDataToProtocol and protocolToRawData, or transformPayload");
        }
        return functions;
    }

    /** Answers the last change number given to a gateway. */
    private long inForce(Call call, PublishScript request, @Nullable String source, boolean raw) {
        long id = request.productId();
        Instant now = time.now();
        return tx.run(
                call.scope(),
                c -> {
                    ChangeStore.lockProduct(c, id);
                    String tenant = ScriptStore.own(c, call.scope(), id);
                    if (source != null
                            && !ScriptStore.publish(c, id, request.version(), source, raw, now)) {
                        throw new Rejected(
                                CommonError.CONFLICT, "the draft was changed meanwhile, try again");
                    }
                    ScriptStore.putInForce(c, id, source == null ? null : request.version(), now);
                    Deeds.add(
                            c,
                            call,
                            now,
                            tenant,
                            "script.publish",
                            "product:" + id,
                            "version " + request.version());
                    return ChangeStore.product(c, id, tenant, false);
                });
    }
}
