package io.weir.cloud.twin;

import io.weir.api.Done;
import io.weir.api.twin.TwinOps.DropTag;
import io.weir.api.twin.TwinOps.FindTagged;
import io.weir.api.twin.TwinOps.OfDevice;
import io.weir.api.twin.TwinOps.PutTags;
import io.weir.api.twin.TwinOps.Tag;
import io.weir.api.twin.TwinOps.Tagged;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import java.util.List;

/** Tags over HTTP. */
final class TagHandlers {
    private final Tx tx;
    private final Targets targets;
    private final int most;

    /**
     * @param most of one device
     */
    TagHandlers(Tx tx, Targets targets, int most) {
        this.tx = tx;
        this.targets = targets;
        this.most = most;
    }

    List<Tag> get(Call call, OfDevice q) {
        Own own = targets.own(call, q.deviceId());
        return tx.run(call.scope(), c -> TagStore.all(c, own));
    }

    /** Merged: tags that are not named stay. */
    List<Tag> put(Call call, PutTags q) {
        Own own = targets.own(call, q.deviceId());
        for (int i = 0; i < q.tags().size(); i++) {
            String fault = TagRules.fault(q.tags().get(i));
            if (fault != null) {
                throw Rejected.invalid("tags[" + i + "]", fault);
            }
        }
        List<Tag> tags = TagRules.once(q.tags());
        return tx.run(
                call.scope(),
                c -> {
                    TagStore.turn(c, own);
                    if (TagRules.with(TagStore.all(c, own), tags) > most) {
                        throw Rejected.invalid("tags", "would be more than " + most);
                    }
                    TagStore.put(c, own, tags);
                    return TagStore.all(c, own);
                });
    }

    Done drop(Call call, DropTag q) {
        Own own = targets.own(call, q.deviceId());
        if (tx.run(call.scope(), c -> TagStore.drop(c, own, List.of(q.key()))) == 0) {
            throw Rejected.notFound("tag " + q.key());
        }
        return new Done();
    }

    Page<Tagged> find(Call call, FindTagged q) {
        return tx.run(call.scope(), c -> TagStore.find(c, call.scope(), q));
    }
}
