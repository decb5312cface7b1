package io.weir.cloud.vendors;

import io.weir.api.Done;
import io.weir.api.vendors.AgentOps.AddAgent;
import io.weir.api.vendors.AgentOps.GetAgent;
import io.weir.api.vendors.AgentOps.ListAgents;
import io.weir.api.vendors.AgentOps.UpdateAgent;
import io.weir.api.vendors.VendorOps.Created;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.cloud.vendors.VendorStore.Kept;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import java.util.List;

/** Agents, dealers and partners: each level manages what stands below it. */
final class AgentHandlers {
    private static final List<String> ALL = List.of("AGENT", "DEALER", "PARTNER");

    private final Tx tx;
    private final Vendors vendors;
    private final Births births;
    private final VendorHandlers owners;

    AgentHandlers(Tx tx, Vendors vendors, Births births, VendorHandlers owners) {
        this.tx = tx;
        this.vendors = vendors;
        this.births = births;
        this.owners = owners;
    }

    Page<Vendor> list(Call call, ListAgents q) {
        String sort =
                switch (q.sort()) {
                    case "name" -> "name";
                    case "vid" -> "id";
                    default -> "created_at";
                };
        return tx.run(
                call.scope(),
                c ->
                        VendorStore.list(
                                c,
                                call.scope(),
                                q.kind() == null ? ALL : List.of(q.kind()),
                                q.name(),
                                q.state(),
                                q.area(),
                                null,
                                sort,
                                q.order().equals("desc"),
                                q.limit(),
                                q.offset()));
    }

    Created add(Call call, AddAgent q) {
        if ((q.user() == null) != (q.pwd() == null)) {
            throw Rejected.invalid(q.user() == null ? "user" : "pwd", "user and pwd come together");
        }
        Kept parent = parent(call, q);
        Tree.below(q.kind(), parent.vendor().kind());
        var profile =
                new Profile(
                        q.user(),
                        q.name(),
                        null,
                        null,
                        null,
                        q.contact(),
                        q.mobile(),
                        null,
                        q.email(),
                        q.area(),
                        q.address(),
                        q.remark(),
                        null,
                        null,
                        null,
                        null);
        Kept born =
                births.give(
                        call,
                        q.kind(),
                        parent.vendor().path(),
                        q.code(),
                        profile,
                        q.user(),
                        q.pwd(),
                        true,
                        parent.vendor().zone());
        return new Created(born.vendor().id());
    }

    /** The platform names the tenant above; others mean their own when they name none. */
    private Kept parent(Call call, AddAgent q) {
        if (q.parent() != null) {
            return vendors.find(call.scope(), q.parent());
        }
        if (call.scope().path().equals("/")) {
            throw Rejected.invalid("parent", "is required for the platform");
        }
        return vendors.own(call);
    }

    Vendor get(Call call, GetAgent q) {
        return below(call, q.vid()).vendor();
    }

    Created update(Call call, UpdateAgent q) {
        Kept kept = below(call, q.vid());
        if (q.pwd() != null) {
            owners.password(call, kept, q.pwd());
        }
        var profile =
                new Profile(
                        null,
                        q.name(),
                        null,
                        null,
                        null,
                        q.contact(),
                        q.mobile(),
                        null,
                        q.email(),
                        q.area(),
                        q.address(),
                        q.remark(),
                        null,
                        null,
                        null,
                        null);
        vendors.change(
                call,
                q.vid(),
                "agent.change",
                (c, k) -> {
                    Vendor v = profile.of(k.vendor());
                    int state = q.state() == null ? v.state() : q.state();
                    return k.with(Profile.standing(v, state, v.signed(), v.modules(), v.zone()));
                });
        return new Created(q.vid());
    }

    Done remove(Call call, GetAgent q) {
        Kept kept = below(call, q.vid());
        String path = kept.vendor().path();
        if (tx.system(c -> VendorStore.hasChildren(c, path))) {
            throw new Rejected(
                    VendorsError.HAS_CHILDREN, "remove first what stands below " + q.vid());
        }
        owners.close(call, kept);
        return Done.DONE;
    }

    /** Nobody manages themselves, nor a vendor by this way. */
    private Kept below(Call call, String vid) {
        Kept kept = vendors.find(call.scope(), vid);
        boolean own = kept.vendor().path().equals(call.scope().path());
        if (own || !ALL.contains(kept.vendor().kind())) {
            throw Rejected.notFound("tenant " + vid);
        }
        return kept;
    }
}
