package io.weir.api.ota;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Campaigns over HTTP ({@code contract/ota.yaml}): who gets which package, in what order. */
public interface CampaignOps {
    Duration WITHIN = Duration.ofSeconds(25);

    Op<PreviewCampaign, Preview> PREVIEW =
            Op.of("ota.campaign.preview.v1", PreviewCampaign.class, Preview.class).within(WITHIN);
    Op<CreateCampaign, Campaign> CREATE =
            Op.of("ota.campaign.create.v1", CreateCampaign.class, Campaign.class).within(WITHIN);

    /** Without groups and counts. */
    Op<ListCampaigns, Page<Campaign>> LIST =
            Op.paged("ota.campaign.list.v1", ListCampaigns.class, Campaign.class);

    Op<GetCampaign, Campaign> GET = Op.of("ota.campaign.get.v1", GetCampaign.class, Campaign.class);

    /** By another person than who created it. */
    Op<GetCampaign, Campaign> APPROVE =
            Op.of("ota.campaign.approve.v1", GetCampaign.class, Campaign.class);

    Op<GetCampaign, Campaign> START =
            Op.of("ota.campaign.start.v1", GetCampaign.class, Campaign.class);
    Op<GetCampaign, Campaign> PAUSE =
            Op.of("ota.campaign.pause.v1", GetCampaign.class, Campaign.class);
    Op<GetCampaign, Campaign> RESUME =
            Op.of("ota.campaign.resume.v1", GetCampaign.class, Campaign.class);
    Op<GetCampaign, Campaign> CANCEL =
            Op.of("ota.campaign.cancel.v1", GetCampaign.class, Campaign.class).within(WITHIN);

    /** The failed devices only. */
    Op<GetCampaign, Campaign> RETRY =
            Op.of("ota.campaign.retry.v1", GetCampaign.class, Campaign.class).within(WITHIN);

    Op<ListUpgrades, Page<DeviceUpgrade>> UPGRADES =
            Op.paged("ota.campaign.upgrades.v1", ListUpgrades.class, DeviceUpgrade.class);

    /** What a device says that it runs. */
    Op<ListVersions, List<ModuleVersion>> VERSIONS =
            Op.listed("ota.versions.v1", ListVersions.class, ModuleVersion.class);

    /**
     * @param devices only these; null = all of the product
     * @param versions only devices that run one of these; null = whatever they run
     */
    record PreviewCampaign(
            String packageId, @Nullable List<String> devices, @Nullable List<String> versions) {}

    /**
     * @param devices how many would be upgraded
     * @param unfit left out: they have the version already, or run none that may be upgraded
     * @param busy left out: they are in another campaign for this module
     */
    record Preview(int devices, int unfit, int busy) {}

    /**
     * @param timeoutS how long a device may take from the first push on, in seconds
     * @param startTms when it begins by itself once it is approved; null = when a person starts it
     * @param endTms when what is not done by then is cancelled
     * @param window when devices may be pushed; null = always
     */
    record CreateCampaign(
            String packageId,
            String name,
            @Nullable List<String> devices,
            @Nullable List<String> versions,
            List<GroupPlan> groups,
            int timeoutS,
            @Nullable Instant startTms,
            @Nullable Instant endTms,
            @Nullable DayWindow window) {}

    /**
     * @param percent of the campaign's devices; all groups together are 100
     * @param successPercent of the group's devices must have succeeded before the next group opens
     * @param errorPercent of the group's devices that failed stop the campaign
     */
    record GroupPlan(int percent, int successPercent, int errorPercent) {}

    /**
     * @param from time of day, {@code HH:MM}; later than {@code to} when it goes over midnight
     * @param zone of the tz database
     */
    record DayWindow(String from, String to, String zone) {}

    record ListCampaigns(@Nullable String state, int limit, int offset) {}

    record GetCampaign(String campaignId) {}

    record ListUpgrades(String campaignId, @Nullable String state, int limit, int offset) {}

    record ListVersions(String deviceId) {}

    /**
     * @param tenant path of the product's owner
     * @param state WAITING, APPROVED, RUNNING, PAUSED, FINISHED or CANCELLED
     * @param pause why it stands still: PERSON, ERRORS or TOO_FEW_SUCCESSES
     * @param skipped devices that were left out when it was made
     * @param openGroups how many groups are open
     * @param counts devices by state
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Campaign(
            String campaignId,
            String tenant,
            String packageId,
            String productKey,
            String module,
            String version,
            String name,
            String state,
            @Nullable String pause,
            String createdBy,
            @Nullable String approvedBy,
            int devices,
            int skipped,
            int openGroups,
            int timeoutS,
            @Nullable Instant startTms,
            @Nullable Instant endTms,
            @Nullable DayWindow window,
            @Nullable List<GroupState> groups,
            @Nullable Map<String, Long> counts,
            Instant createTms,
            @Nullable Instant overTms) {}

    /**
     * @param devices without cancelled ones
     */
    record GroupState(
            int percent,
            int successPercent,
            int errorPercent,
            int devices,
            int succeeded,
            int failed) {}

    /**
     * @param group from 1
     * @param percent as the device last said
     * @param attempt from 1
     * @param reason why it failed or was cancelled
     * @param words what the device said to its last step
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DeviceUpgrade(
            String deviceId,
            int group,
            String state,
            int percent,
            int attempt,
            @Nullable String reason,
            String words,
            @Nullable Instant pushedTms,
            Instant updateTms) {}

    /**
     * @param module empty for the device's own firmware
     */
    record ModuleVersion(String module, String version, Instant toldTms) {}
}
