package io.weir.cloud.vendors;

import io.weir.api.vendors.VendorOps.GetOwn;
import io.weir.api.vendors.VendorOps.Settings;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.cloud.vendors.VendorStore.Kept;
import io.weir.cloud.vendors.VendorStore.Shown;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

/** Enterprise settings (section nine, A-161): a tenant's own. */
final class SettingsHandlers {
    private final Tx tx;
    private final Time time;
    private final Vendors vendors;

    SettingsHandlers(Tx tx, Time time, Vendors vendors) {
        this.tx = tx;
        this.time = time;
        this.vendors = vendors;
    }

    Settings get(Call call, GetOwn q) {
        Kept own = vendors.own(call);
        return told(own, tx.run(call.scope(), c -> VendorStore.settings(c, own.vendor().id())));
    }

    Settings set(Call call, Settings q) {
        Kept own = vendors.own(call);
        String vid = own.vendor().id();
        String zone = Tree.zone(q.zone(), own.vendor().zone());
        Shown[] shown = new Shown[1];
        Kept changed =
                vendors.change(
                        call,
                        vid,
                        "zone.change",
                        (c, k) -> {
                            Shown before = VendorStore.settings(c, vid);
                            shown[0] =
                                    new Shown(
                                            or(q.servicePhone(), before.servicePhone()),
                                            or(q.serviceHours(), before.serviceHours()),
                                            or(q.notice(), before.notice()));
                            VendorStore.setSettings(c, vid, shown[0]);
                            AuditStore.add(
                                    c,
                                    call,
                                    time.now(),
                                    k.vendor().path(),
                                    "vendors.settings.change",
                                    "tenant:" + vid,
                                    before,
                                    shown[0]);
                            Vendor v = k.vendor();
                            return k.with(
                                    Profile.standing(v, v.state(), v.signed(), v.modules(), zone));
                        });
        return told(changed, shown[0]);
    }

    private static Settings told(Kept own, Shown s) {
        return new Settings(own.vendor().zone(), s.servicePhone(), s.serviceHours(), s.notice());
    }

    private static String or(@Nullable String given, String there) {
        return given == null ? there : given;
    }
}
