package io.weir.cloud.devices;

import io.weir.api.devices.ScriptOps.GetScript;
import io.weir.api.devices.ScriptOps.ListScripts;
import io.weir.api.devices.ScriptOps.PutScript;
import io.weir.api.devices.ScriptOps.ScriptView;
import io.weir.model.Page;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;

/** Drafts of scripts and their history. */
final class ScriptHandlers {
    private final Tx tx;
    private final ScriptBench bench;
    private final Time time;

    ScriptHandlers(Tx tx, ScriptBench bench, Time time) {
        this.tx = tx;
        this.bench = bench;
        this.time = time;
    }

    /** A draft may be wrong: only what is published must load. */
    ScriptView put(Call call, PutScript request) {
        long id = request.productId();
        Instant now = time.now();
        bench.wake();
        return tx.run(
                call.scope(),
                c -> {
                    ChangeStore.lockProduct(c, id);
                    String tenant = ScriptStore.own(c, call.scope(), id);
                    ScriptStore.put(c, id, tenant, request.source(), call.actor().uid(), now);
                    Deeds.add(c, call, now, tenant, "script.put", "product:" + id, "draft written");
                    return ScriptStore.get(c, call.scope(), id, null);
                });
    }

    ScriptView get(Call call, GetScript request) {
        return tx.run(
                call.scope(),
                c -> ScriptStore.get(c, call.scope(), request.productId(), request.version()));
    }

    Page<ScriptView> list(Call call, ListScripts request) {
        return tx.run(
                call.scope(),
                c -> {
                    ScriptStore.own(c, call.scope(), request.productId());
                    return ScriptStore.list(
                            c,
                            call.scope(),
                            request.productId(),
                            request.limit(),
                            request.offset());
                });
    }
}
