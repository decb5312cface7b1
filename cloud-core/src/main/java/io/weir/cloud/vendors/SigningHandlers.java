package io.weir.cloud.vendors;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.vendors.SigningOps.AddSigning;
import io.weir.api.vendors.SigningOps.ChangeSigning;
import io.weir.api.vendors.SigningOps.OfVendor;
import io.weir.api.vendors.SigningOps.RemoveSigning;
import io.weir.api.vendors.SigningOps.Signing;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.cloud.vendors.SigningFlow.State;
import io.weir.cloud.vendors.VendorStore.Kept;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * AX-09 to AX-12 and the open platform's signing pages: one record, two faces. A vendor is signed
 * while one of its records is.
 */
final class SigningHandlers {
    private final Tx tx;
    private final Time time;
    private final Vendors vendors;

    SigningHandlers(Tx tx, Time time, Vendors vendors) {
        this.tx = tx;
        this.time = time;
        this.vendors = vendors;
    }

    List<Signing> list(Call call, OfVendor q) {
        Vendor vendor = vendor(call, q.vid());
        return tx.run(call.scope(), c -> SigningStore.list(c, vendor.id()));
    }

    Signing add(Call call, AddSigning q) {
        Vendor vendor = vendor(call, q.vid());
        Instant now = time.now();
        var fresh =
                new Signing(
                        0,
                        vendor.id(),
                        (q.submit() ? State.SUBMITTED : State.DRAFT).name(),
                        q.agreement(),
                        q.company(),
                        q.licenceNo(),
                        q.contact(),
                        q.mobile(),
                        null,
                        null,
                        "",
                        now,
                        now);
        return tx.run(
                call.scope(),
                c -> {
                    Signing added = SigningStore.add(c, vendor.path(), fresh);
                    audit(c, call, vendor, "signing.add", null, added);
                    return added;
                });
    }

    Signing change(Call call, ChangeSigning q) {
        Vendor vendor = vendor(call, q.vid());
        boolean platform = call.actor().role() == Role.PLATFORM;
        Signing[] changed = new Signing[1];
        vendors.change(
                call,
                vendor.id(),
                "signing.judge",
                (c, kept) -> {
                    Signing before = there(SigningStore.locked(c, vendor.id(), q.id()), q.id());
                    Signing after = changed(before, q, platform);
                    SigningStore.set(c, after);
                    audit(c, call, vendor, "signing.change", before, after);
                    changed[0] = after;
                    return standing(c, kept, before.state(), after.state());
                });
        return changed[0];
    }

    Done remove(Call call, RemoveSigning q) {
        Vendor vendor = vendor(call, q.vid());
        boolean platform = call.actor().role() == Role.PLATFORM;
        tx.run(
                call.scope(),
                c -> {
                    Signing before = there(SigningStore.locked(c, vendor.id(), q.id()), q.id());
                    if (!SigningFlow.removable(State.valueOf(before.state()), platform)) {
                        throw wrong(before, "removed");
                    }
                    SigningStore.remove(c, q.id());
                    audit(c, call, vendor, "signing.remove", before, null);
                    return before;
                });
        return Done.DONE;
    }

    /** Ends what is over; true when there was none. */
    boolean sweep() {
        List<Signing> over = tx.system(c -> SigningStore.over(c, time.now()));
        Call call = Call.system("signing-sweep");
        for (Signing signing : over) {
            vendors.change(
                    call,
                    signing.vid(),
                    "signing.end",
                    (c, kept) -> {
                        Signing there = SigningStore.locked(c, signing.vid(), signing.id());
                        if (there == null || !there.state().equals(State.SIGNED.name())) {
                            return kept;
                        }
                        SigningStore.set(c, ended(there));
                        return standing(c, kept, there.state(), State.ENDED.name());
                    });
        }
        return over.isEmpty();
    }

    /** Changes with SIGNED alone: who was born signed has no record of it. */
    private static Kept standing(SqlConnection c, Kept kept, String from, String to) {
        if (from.equals(to) || !from.equals("SIGNED") && !to.equals("SIGNED")) {
            return kept;
        }
        Vendor v = kept.vendor();
        boolean signed = SigningStore.isSigned(c, v.id());
        return kept.with(Profile.standing(v, v.state(), signed, v.modules(), v.zone()));
    }

    private Signing changed(Signing s, ChangeSigning q, boolean platform) {
        State from = State.valueOf(s.state());
        State to = q.to() == null ? from : State.valueOf(q.to());
        boolean edits =
                q.agreement() != null
                        || q.company() != null
                        || q.licenceNo() != null
                        || q.contact() != null
                        || q.mobile() != null;
        if (edits && !SigningFlow.editable(from)) {
            throw wrong(s, "edited");
        }
        if (to != from && !SigningFlow.allowed(from, to, platform)) {
            throw wrong(s, to.name());
        }
        if (to != from
                && SigningFlow.needsReason(to)
                && (q.reason() == null || q.reason().isBlank())) {
            throw Rejected.invalid("reason", "is required for " + to);
        }
        boolean dates = q.validFrom() != null || q.validTo() != null;
        if (dates && !platform) {
            throw Rejected.invalid("valid_to", "is the platform's to set");
        }
        if (to == State.SIGNED && q.validTo() == null && s.validTo() == null) {
            throw Rejected.invalid("valid_to", "is required for SIGNED");
        }
        return new Signing(
                s.id(),
                s.vid(),
                to.name(),
                or(q.agreement(), s.agreement()),
                or(q.company(), s.company()),
                or(q.licenceNo(), s.licenceNo()),
                or(q.contact(), s.contact()),
                or(q.mobile(), s.mobile()),
                q.validFrom() == null ? s.validFrom() : q.validFrom(),
                q.validTo() == null ? s.validTo() : q.validTo(),
                or(q.reason(), s.reason()),
                s.createTms(),
                time.now());
    }

    private Signing ended(Signing s) {
        return new Signing(
                s.id(),
                s.vid(),
                State.ENDED.name(),
                s.agreement(),
                s.company(),
                s.licenceNo(),
                s.contact(),
                s.mobile(),
                s.validFrom(),
                s.validTo(),
                "expired",
                s.createTms(),
                time.now());
    }

    private Vendor vendor(Call call, @Nullable String vid) {
        Kept kept =
                vid == null
                        ? vendors.own(call)
                        : vendors.find(call.scope(), Objects.requireNonNull(vid));
        if (!kept.vendor().kind().equals("VENDOR")) {
            throw Rejected.notFound("vendor");
        }
        // What is asked for by number is within the scope; what is written later runs as the
        // system.
        if (!call.scope().ofAll().covers(kept.vendor().path())) {
            throw Rejected.notFound("vendor");
        }
        return kept.vendor();
    }

    private void audit(
            SqlConnection c,
            Call call,
            Vendor vendor,
            String action,
            @Nullable Signing before,
            @Nullable Signing after) {
        AuditStore.add(
                c,
                call,
                time.now(),
                vendor.path(),
                "vendors." + action,
                "tenant:" + vendor.id(),
                before,
                after);
    }

    private static Signing there(@Nullable Signing found, long id) {
        if (found == null) {
            throw Rejected.notFound("signing " + id);
        }
        return found;
    }

    private static Rejected wrong(Signing s, String deed) {
        return new Rejected(
                VendorsError.WRONG_STATE,
                "a record that is " + s.state() + " can't be or become " + deed);
    }

    private static String or(@Nullable String given, String there) {
        return given == null ? there : given;
    }
}
