package io.weir.cloud;

import io.weir.cloud.audit.AuditRoutes;
import io.weir.cloud.configuration.ConfigurationRoutes;
import io.weir.cloud.debug.DebugRoutes;
import io.weir.cloud.devices.DevicesRoutes;
import io.weir.cloud.devices.MessageRoutes;
import io.weir.cloud.devices.TopologyRoutes;
import io.weir.cloud.dispense.DispenseRoutes;
import io.weir.cloud.door.DoorRoutes;
import io.weir.cloud.files.FilesRoutes;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;
import io.weir.cloud.ingest.IngestRoutes;
import io.weir.cloud.ledger.LedgerRoutes;
import io.weir.cloud.members.MembersRoutes;
import io.weir.cloud.oms.OmsRoutes;
import io.weir.cloud.ota.JobRoutes;
import io.weir.cloud.ota.OtaRoutes;
import io.weir.cloud.sharing.SharingRoutes;
import io.weir.cloud.subscription.SubscriptionRoutes;
import io.weir.cloud.system.SystemRoutes;
import io.weir.cloud.twin.TwinRoutes;
import io.weir.cloud.vendors.VendorsRoutes;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Every context that speaks HTTP. A test holds this list and the contract files equal. */
public final class Contexts {
    public static final List<ContextRoutes> ALL =
            List.of(
                    MembersRoutes.CONTEXT,
                    SharingRoutes.CONTEXT,
                    SystemRoutes.CONTEXT,
                    OmsRoutes.APPS,
                    VendorsRoutes.CONTEXT,
                    VendorsRoutes.SIGNING,
                    VendorsRoutes.AGENTS,
                    VendorsRoutes.STAFF,
                    IngestRoutes.CONTEXT,
                    DispenseRoutes.CONTEXT,
                    DoorRoutes.CONTEXT,
                    SubscriptionRoutes.CONTEXT,
                    FilesRoutes.CONTEXT,
                    OtaRoutes.CONTEXT,
                    JobRoutes.CONTEXT,
                    ConfigurationRoutes.CONTEXT,
                    DebugRoutes.CONTEXT,
                    AuditRoutes.CONTEXT,
                    TwinRoutes.CONTEXT,
                    new ContextRoutes("ledger", LedgerRoutes.ROUTES),
                    new ContextRoutes("devices", DevicesRoutes.ROUTES),
                    TopologyRoutes.CONTEXT,
                    MessageRoutes.CONTEXT,
                    new ContextRoutes("oms", OmsRoutes.ROUTES));

    /**
     * Operations that a custom role may be given. Credentials of apps are not for those who are not
     * whole administrators: an app may do what its tenant may.
     */
    public static Set<String> grantable() {
        return ALL.stream()
                .filter(context -> !context.context().equals("apps"))
                .flatMap(context -> context.routes().stream())
                .map(Route::operationId)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Contexts() {}
}
