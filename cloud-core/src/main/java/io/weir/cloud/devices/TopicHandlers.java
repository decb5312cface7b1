package io.weir.cloud.devices;

import io.weir.api.devices.MessageOps.GetTopics;
import io.weir.api.devices.MessageOps.PutTopics;
import io.weir.api.devices.MessageOps.Topics;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.OwnTopics;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;
import java.util.List;

/** A product's own topics. Every gateway that serves devices of the product hears of a change. */
final class TopicHandlers {
    private final Tx tx;
    private final Announcer announcer;
    private final Time time;

    TopicHandlers(Tx tx, Announcer announcer, Time time) {
        this.tx = tx;
        this.announcer = announcer;
        this.time = time;
    }

    Topics get(Call call, GetTopics request) {
        long id = request.productId();
        return tx.run(call.scope(), c -> new Topics(id, TopicStore.get(c, id).topics()));
    }

    Topics put(Call call, PutTopics request) {
        List<FieldError> faults = OwnTopics.faults(request.topics());
        if (!faults.isEmpty()) {
            FieldError first = faults.getFirst();
            throw new Rejected(CommonError.INVALID, first.field() + ": " + first.rule(), faults);
        }
        long id = request.productId();
        Instant now = time.now();
        long version =
                tx.run(
                        call.scope(),
                        c -> {
                            ChangeStore.lockProduct(c, id);
                            String tenant = ScriptStore.own(c, call.scope(), id);
                            TopicStore.put(c, id, request.topics(), now);
                            Deeds.add(
                                    c,
                                    call,
                                    now,
                                    tenant,
                                    "topics.put",
                                    "product:" + id,
                                    request.topics().size() + " classes");
                            return ChangeStore.product(c, id, tenant, false);
                        });
        announcer.announce(version);
        return new Topics(id, request.topics());
    }
}
