package io.weir.api.twin;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The device's twin over HTTP ({@code contract/twin.yaml}). */
public interface TwinOps {
    Op<OfDevice, List<Desired>> GET_DESIRED =
            Op.listed("twin.desired.get.v1", OfDevice.class, Desired.class);
    Op<SetDesired, List<Desired>> SET_DESIRED =
            Op.listed("twin.desired.set.v1", SetDesired.class, Desired.class);
    Op<DropDesired, Done> DROP_DESIRED =
            Op.of("twin.desired.drop.v1", DropDesired.class, Done.class);

    Op<OfDevice, ShadowDocument> GET_SHADOW =
            Op.of("twin.shadow.get.v1", OfDevice.class, ShadowDocument.class);
    Op<WantShadow, ShadowDocument> WANT_SHADOW =
            Op.of("twin.shadow.want.v1", WantShadow.class, ShadowDocument.class);
    Op<OfDevice, Done> CLEAR_SHADOW = Op.of("twin.shadow.clear.v1", OfDevice.class, Done.class);

    Op<OfDevice, List<Tag>> GET_TAGS = Op.listed("twin.tags.get.v1", OfDevice.class, Tag.class);
    Op<PutTags, List<Tag>> PUT_TAGS = Op.listed("twin.tags.put.v1", PutTags.class, Tag.class);
    Op<DropTag, Done> DROP_TAG = Op.of("twin.tags.drop.v1", DropTag.class, Done.class);
    Op<FindTagged, Page<Tagged>> FIND_TAGGED =
            Op.paged("twin.tags.find.v1", FindTagged.class, Tagged.class);

    Op<SwitchLog, LogSwitch> SWITCH_LOG =
            Op.of("twin.log.switch.v1", SwitchLog.class, LogSwitch.class);
    Op<ListDeviceLogs, Page<LogLine>> LIST_LOGS =
            Op.paged("twin.log.list.v1", ListDeviceLogs.class, LogLine.class);

    record OfDevice(String deviceId) {}

    /**
     * @param delivered the device has confirmed this version
     */
    record Desired(String identifier, JsonNode value, long version, boolean delivered) {}

    /**
     * @param properties values by identifier
     * @param version what every one of them has now; null = whatever it has. 0 = it has none.
     */
    record SetDesired(String deviceId, Map<String, Object> properties, @Nullable Long version) {}

    record DropDesired(String deviceId, String identifier) {}

    /**
     * @param timestamp of the last change; null when there was none
     */
    record ShadowDocument(
            JsonNode reported,
            JsonNode desired,
            JsonNode metadata,
            long version,
            @Nullable Instant timestamp) {}

    /**
     * @param desired merged into what is wanted; a member that is null is not wanted any more
     * @param version what the document must have now; null = whatever it has
     */
    record WantShadow(String deviceId, Map<String, Object> desired, @Nullable Long version) {}

    record Tag(String key, String value) {}

    record PutTags(String deviceId, List<Tag> tags) {}

    record DropTag(String deviceId, String key) {}

    record FindTagged(String key, @Nullable String value, int limit, int offset) {}

    record Tagged(String deviceId, String value) {}

    record SwitchLog(String deviceId, boolean enabled) {}

    /**
     * @param told the device was online and got it; else it hears of it when it asks
     */
    record LogSwitch(boolean enabled, boolean told) {}

    record ListDeviceLogs(
            String deviceId,
            @Nullable String level,
            @Nullable String module,
            int limit,
            int offset) {}

    /**
     * @param at when the cloud took it in
     * @param toldAt what the device says, as it says it
     */
    record LogLine(
            Instant at,
            String toldAt,
            String level,
            String module,
            String code,
            String trace,
            String content) {}
}
