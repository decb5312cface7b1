package io.weir.api.configuration;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Remote configuration over HTTP ({@code contract/configuration.yaml}). */
public interface ConfigurationOps {
    Op<OfProduct, Configuration> GET =
            Op.of("configuration.get.v1", OfProduct.class, Configuration.class);
    Op<Switch, Configuration> SWITCH =
            Op.of("configuration.switch.v1", Switch.class, Configuration.class);
    Op<AddVersion, Version> ADD =
            Op.of("configuration.version.add.v1", AddVersion.class, Version.class);
    Op<GetVersion, Version> VERSION =
            Op.of("configuration.version.get.v1", GetVersion.class, Version.class);

    /** Without the documents, the latest first. */
    Op<ListOfProduct, Page<Version>> VERSIONS =
            Op.paged("configuration.version.list.v1", ListOfProduct.class, Version.class);

    Op<GetVersion, Configuration> ACTIVATE =
            Op.of("configuration.version.activate.v1", GetVersion.class, Configuration.class);

    /** Looks up every device of the product first. */
    Op<StartPush, Push> START_PUSH =
            Op.of("configuration.push.start.v1", StartPush.class, Push.class)
                    .within(Duration.ofSeconds(30));

    Op<ListOfProduct, Page<Push>> PUSHES =
            Op.paged("configuration.push.list.v1", ListOfProduct.class, Push.class);
    Op<ListTargets, Page<Target>> TARGETS =
            Op.paged("configuration.push.targets.v1", ListTargets.class, Target.class);

    record OfProduct(long productId) {}

    record ListOfProduct(long productId, int limit, int offset) {}

    /**
     * @param activeVersion null = none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Configuration(long productId, boolean enabled, @Nullable Integer activeVersion) {}

    record Switch(long productId, boolean enabled) {}

    /**
     * @param document JSON as text; devices get its UTF-8 bytes as they are
     */
    record AddVersion(long productId, String document) {}

    record GetVersion(long productId, int version) {}

    /**
     * @param size of the document in bytes
     * @param sha256 of the document, 64 hex digits, small
     * @param document null in lists
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Version(
            String configId,
            int version,
            boolean active,
            long size,
            String sha256,
            String author,
            Instant createTms,
            @Nullable String document) {}

    /**
     * @param devices null = all of the product that the caller sees
     */
    record StartPush(long productId, @Nullable List<String> devices) {}

    /**
     * @param untilTms whatever device has not got it by then, has failed
     * @param endTms null while it is open
     * @param pending devices that have yet to be told
     * @param sent devices that were told and have not replied
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Push(
            String pushId,
            int version,
            String author,
            Instant createTms,
            Instant untilTms,
            @Nullable Instant endTms,
            int pending,
            int sent,
            int acknowledged,
            int failed) {}

    /**
     * @param state null = any
     */
    record ListTargets(
            long productId, String pushId, @Nullable State state, int limit, int offset) {}

    enum State {
        PENDING,
        SENT,
        ACKNOWLEDGED,
        FAILED
    }

    /**
     * @param code of the device's reply
     * @param reason why it failed, or was not told yet
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Target(
            String deviceId,
            State state,
            @Nullable Integer code,
            @Nullable String reason,
            int tries,
            Instant updateTms) {}
}
