package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.api.Done;
import io.weir.api.twin.TwinOps.OfDevice;
import io.weir.api.twin.TwinOps.ShadowDocument;
import io.weir.api.twin.TwinOps.WantShadow;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** The shadow over HTTP: read it, want something, want nothing any more. */
final class ShadowHandlers {
    private final Tx tx;
    private final Time time;
    private final Targets targets;
    private final Deliverer deliverer;
    private final ShadowFlow.Limits limits;
    private final Deeds deeds;

    ShadowHandlers(
            Tx tx, Time time, Targets targets, Deliverer deliverer, ShadowFlow.Limits limits) {
        this.tx = tx;
        this.time = time;
        this.targets = targets;
        this.deliverer = deliverer;
        this.limits = limits;
        this.deeds = new Deeds(time);
    }

    ShadowDocument get(Call call, OfDevice q) {
        Own own = targets.own(call, q.deviceId());
        return view(tx.run(call.scope(), c -> ShadowStore.get(c, own)).shadow());
    }

    ShadowDocument want(Call call, WantShadow q) {
        JsonNode desired = Json.MAPPER.valueToTree(q.desired());
        return view(change(call, q.deviceId(), (ObjectNode) desired, q.version()));
    }

    Done clear(Call call, OfDevice q) {
        change(call, q.deviceId(), null, null);
        return new Done();
    }

    private Shadow change(
            Call call, String device, @Nullable ObjectNode desired, @Nullable Long version) {
        Own own = targets.own(call, device);
        Shadow kept =
                tx.run(
                        call.scope(),
                        c -> {
                            Shadow now = ShadowStore.lock(c, own);
                            if (version != null && version != now.version()) {
                                throw new Rejected(
                                        TwinError.VERSION_CONFLICT,
                                        "the shadow has version " + now.version());
                            }
                            Shadow next = next(now, desired);
                            ShadowStore.put(c, own, next, true);
                            deeds.add(c, call, own, "shadow.want", now.desired(), next.desired());
                            return next;
                        });
        deliverer.wake(device);
        return kept;
    }

    private Shadow next(Shadow now, @Nullable ObjectNode desired) {
        try {
            return ShadowFlow.want(now, desired, time.now().getEpochSecond(), limits);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("desired", String.valueOf(e.getMessage()));
        }
    }

    private static ShadowDocument view(Shadow s) {
        return new ShadowDocument(
                s.reported(),
                s.desired(),
                s.metadata(),
                s.version(),
                s.timestamp() == 0 ? null : Instant.ofEpochSecond(s.timestamp()));
    }
}
