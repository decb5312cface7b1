package io.weir.cloud.ota;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.api.ota.CampaignOps.Campaign;
import io.weir.api.ota.CampaignOps.CreateCampaign;
import io.weir.api.ota.CampaignOps.DayWindow;
import io.weir.api.ota.CampaignOps.DeviceUpgrade;
import io.weir.api.ota.CampaignOps.GetCampaign;
import io.weir.api.ota.CampaignOps.GroupPlan;
import io.weir.api.ota.CampaignOps.ListCampaigns;
import io.weir.api.ota.CampaignOps.ListUpgrades;
import io.weir.api.ota.CampaignOps.ListVersions;
import io.weir.api.ota.CampaignOps.ModuleVersion;
import io.weir.api.ota.CampaignOps.Preview;
import io.weir.api.ota.CampaignOps.PreviewCampaign;
import io.weir.api.ota.PackageOps.FirmwarePackage;
import io.weir.cloud.ota.TargetStore.Plan;
import io.weir.cloud.ota.TargetStore.Sifted;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Campaigns are previewed, made and looked at; what people do with them is in {@link Steps}. */
final class CampaignHandlers {
    private static final int WHOLE = 100;

    private final Tx tx;
    private final Time time;
    private final Targets targets;

    CampaignHandlers(Tx tx, Time time, Targets targets) {
        this.tx = tx;
        this.time = time;
        this.targets = targets;
    }

    Preview preview(Call call, PreviewCampaign q) {
        FirmwarePackage firmware =
                tx.run(call.scope(), c -> PackageHandlers.find(c, call.scope(), q.packageId()));
        List<ProductDevice> devices = targets.of(call, firmware, q.devices());
        Sifted sifted = tx.run(call.scope(), c -> sift(c, firmware, devices, q.versions()));
        return new Preview(sifted.devices().size(), sifted.unfit(), sifted.busy());
    }

    Campaign create(Call call, CreateCampaign q) {
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        Plan plan =
                new Plan(
                        Letters.id(),
                        q.name(),
                        call.actor().uid(),
                        q.timeoutS(),
                        q.startTms(),
                        q.endTms(),
                        window(q.window()),
                        groups(q.groups()),
                        now);
        Instant end = q.endTms();
        if (end != null && !end.isAfter(q.startTms() == null ? now : q.startTms())) {
            throw Rejected.invalid("end_tms", "must be later than now and than start_tms");
        }
        FirmwarePackage firmware =
                tx.run(call.scope(), c -> PackageHandlers.find(c, call.scope(), q.packageId()));
        List<ProductDevice> devices = targets.of(call, firmware, q.devices());
        release(devices, now);
        return tx.run(call.scope(), c -> insert(c, call, q, plan, devices));
    }

    private Campaign insert(
            SqlConnection c, Call call, CreateCampaign q, Plan plan, List<ProductDevice> devices) {
        FirmwarePackage firmware = PackageHandlers.lock(c, call.scope(), q.packageId());
        if (firmware.size() == null) {
            throw new Rejected(OtaError.CONTENT_MISSING, "the package has no content yet");
        }
        Sifted sifted = sift(c, firmware, devices, q.versions());
        List<Integer> percents = plan.groups().stream().map(GroupPlan::percent).toList();
        var groups = GroupFlow.split(sifted.devices(), percents, plan.id().hashCode());
        int count = TargetStore.insert(c, plan, firmware, groups);
        if (count == 0) {
            throw Rejected.invalid(
                    "devices",
                    "none is left to upgrade: "
                            + sifted.unfit()
                            + " of another version, "
                            + (devices.size() - sifted.unfit())
                            + " in another campaign");
        }
        TargetStore.counted(c, plan.id(), count, devices.size() - count);
        Campaign made = found(CampaignQueries.get(c, call.scope(), plan.id()), plan.id());
        AuditStore.add(
                c,
                call,
                time.now(),
                made.tenant(),
                "ota.campaign.create",
                "campaign:" + plan.id(),
                null,
                made);
        return made;
    }

    /** A campaign of a former owner must not keep a device from the present one's (D-012). */
    private void release(List<ProductDevice> devices, Instant now) {
        List<String> ids = devices.stream().map(ProductDevice::deviceId).toList();
        List<String> tenants = devices.stream().map(ProductDevice::tenant).toList();
        tx.system(
                c -> {
                    UpgradeStore.save(
                            c,
                            UpgradeStore.moved(c, ids, tenants).stream()
                                    .map(held -> Moved.of(held, now))
                                    .toList());
                    return true;
                });
    }

    private static Sifted sift(
            SqlConnection c,
            FirmwarePackage firmware,
            List<ProductDevice> devices,
            @Nullable List<String> versions) {
        return TargetStore.sift(
                c,
                devices.stream().map(ProductDevice::deviceId).toList(),
                devices.stream().map(ProductDevice::tenant).toList(),
                firmware,
                versions == null ? List.of() : versions);
    }

    private static List<GroupPlan> groups(List<GroupPlan> groups) {
        if (groups.stream().mapToInt(GroupPlan::percent).sum() != WHOLE) {
            throw Rejected.invalid("groups", "percent of all groups together must be 100");
        }
        return groups;
    }

    private static @Nullable Window window(@Nullable DayWindow window) {
        if (window == null) {
            return null;
        }
        LocalTime from = LocalTime.parse(window.from());
        LocalTime to = LocalTime.parse(window.to());
        if (from.equals(to)) {
            throw Rejected.invalid("window.to", "must not be the same as from");
        }
        try {
            return new Window(from, to, ZoneId.of(window.zone()));
        } catch (DateTimeException e) {
            throw Rejected.invalid("window.zone", "must be a zone such as Asia/Shanghai");
        }
    }

    Campaign get(Call call, GetCampaign q) {
        return tx.run(
                call.scope(),
                c -> found(CampaignQueries.get(c, call.scope(), q.campaignId()), q.campaignId()));
    }

    Page<Campaign> list(Call call, ListCampaigns q) {
        return tx.run(call.scope(), c -> CampaignQueries.list(c, call.scope(), q));
    }

    Page<DeviceUpgrade> upgrades(Call call, ListUpgrades q) {
        get(call, new GetCampaign(q.campaignId()));
        return tx.run(call.scope(), c -> CampaignQueries.upgrades(c, call.scope(), q));
    }

    List<ModuleVersion> versions(Call call, ListVersions q) {
        String tenant = targets.tenant(call, q.deviceId());
        return tx.run(call.scope(), c -> CampaignQueries.versions(c, q.deviceId(), tenant));
    }

    static Campaign found(@Nullable Campaign campaign, String id) {
        if (campaign == null) {
            throw Rejected.notFound("campaign " + id);
        }
        return campaign;
    }

    /** Two writers wanted the same device at the same moment. */
    static boolean taken(Exception e) {
        return e instanceof PgException p && "23505".equals(p.getSqlState());
    }
}
