package io.weir.cloud.ota;

import io.weir.api.ota.CampaignOps;
import io.weir.api.ota.PackageOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/ota.yaml} is answered by. */
public final class OtaRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listPackages", PackageOps.LIST, 200),
                    Route.of("createPackage", PackageOps.CREATE, 201),
                    Route.of("getPackage", PackageOps.GET, 200),
                    Route.of("removePackage", PackageOps.REMOVE, 204),
                    Route.of("previewCampaign", CampaignOps.PREVIEW, 200),
                    Route.of("createCampaign", CampaignOps.CREATE, 201),
                    Route.of("listCampaigns", CampaignOps.LIST, 200),
                    Route.of("getCampaign", CampaignOps.GET, 200),
                    Route.of("approveCampaign", CampaignOps.APPROVE, 201),
                    Route.of("startCampaign", CampaignOps.START, 201),
                    Route.of("pauseCampaign", CampaignOps.PAUSE, 201),
                    Route.of("resumeCampaign", CampaignOps.RESUME, 201),
                    Route.of("cancelCampaign", CampaignOps.CANCEL, 201),
                    Route.of("retryCampaign", CampaignOps.RETRY, 201),
                    Route.of("listUpgrades", CampaignOps.UPGRADES, 200),
                    Route.of("listVersions", CampaignOps.VERSIONS, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("ota", ROUTES);

    private OtaRoutes() {}
}
