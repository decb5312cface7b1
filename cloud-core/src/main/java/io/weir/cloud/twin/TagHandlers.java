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
import io.weir.runtime.time.Time;

import java.util.List;

/** Tags over HTTP. */
final class TagHandlers {
    private final Tx tx;
    private final Targets targets;
    private final Deeds deeds;
    private final int most;

    /**
     * @param most of one device
     */
    TagHandlers(Tx tx, Time time, Targets targets, int most) {
        this.tx = tx;
        this.targets = targets;
        this.most = most;
        this.deeds = new Deeds(time);
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
                    List<Tag> before = TagStore.all(c, own);
                    if (TagRules.with(before, tags) > most) {
                        throw Rejected.invalid("tags", "would be more than " + most);
                    }
                    TagStore.put(c, own, tags);
                    List<Tag> after = TagStore.all(c, own);
                    deeds.add(c, call, own, "tags.put", before, after);
                    return after;
                });
    }

    Done drop(Call call, DropTag q) {
        Own own = targets.own(call, q.deviceId());
        return tx.run(
                call.scope(),
                c -> {
                    if (TagStore.drop(c, own, List.of(q.key())) == 0) {
                        throw Rejected.notFound("tag " + q.key());
                    }
                    deeds.add(c, call, own, "tags.drop", q.key(), null);
                    return new Done();
                });
    }

    Page<Tagged> find(Call call, FindTagged q) {
        return tx.run(call.scope(), c -> TagStore.find(c, call.scope(), q));
    }
}
