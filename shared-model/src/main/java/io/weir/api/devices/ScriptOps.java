package io.weir.api.devices;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * Data-parsing scripts of device products over HTTP (DESIGN section 5, ADR 014): a draft is written
 * and tried, then published, after which that version never changes. Published versions can be put
 * in force again.
 */
public interface ScriptOps {
    Op<PutScript, ScriptView> PUT =
            Op.of("devices.script.put.v1", PutScript.class, ScriptView.class);

    /** NOT_FOUND when the product has no such version. */
    Op<GetScript, ScriptView> GET =
            Op.of("devices.script.get.v1", GetScript.class, ScriptView.class);

    /** Without the sources, the latest first. */
    Op<ListScripts, Page<ScriptView>> LIST =
            Op.paged("devices.script.list.v1", ListScripts.class, ScriptView.class);

    /** INVALID when the script can't be loaded, CONFLICT when the draft changed meanwhile. */
    Op<PublishScript, InForce> PUBLISH =
            Op.of("devices.script.publish.v1", PublishScript.class, InForce.class);

    /** UNAVAILABLE when too many tries wait. */
    Op<TryScript, Tried> TRY =
            Op.of("devices.script.try.v1", TryScript.class, Tried.class)
                    .within(Duration.ofSeconds(15));

    record PutScript(long productId, String source) {}

    /**
     * @param version null = the latest, draft or not
     */
    record GetScript(long productId, @Nullable Integer version) {}

    record ListScripts(long productId, int limit, int offset) {}

    /**
     * @param version the draft's, an earlier one's, or 0 = no script is in force any more
     */
    record PublishScript(long productId, int version) {}

    record InForce(long productId, int version) {}

    /**
     * @param source null in lists
     * @param raw its product's devices speak bytes: it has both rawDataToProtocol and
     *     protocolToRawData; known once it is published
     * @param publishTms null while it is a draft
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ScriptView(
            int version,
            boolean inForce,
            @Nullable Boolean raw,
            @Nullable String source,
            String author,
            Instant updateTms,
            @Nullable Instant publishTms) {}

    /** Which of a script's functions is tried. */
    enum Direction {
        UP,
        DOWN,
        TRANSFORM
    }

    /**
     * One run, nothing of it is kept. Bytes as hex or base64; for DOWN a JSON text.
     *
     * @param source tried as it stands here; null = the product's latest version
     * @param topic for TRANSFORM
     */
    record TryScript(
            long productId,
            Direction direction,
            @Nullable String source,
            @Nullable String hex,
            @Nullable String base64,
            @Nullable String json,
            @Nullable String topic) {}

    /**
     * Either a result or a fault.
     *
     * @param hex what DOWN returned
     * @param json what UP or TRANSFORM returned
     * @param micros processor time that it took, without loading the script
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Tried(
            boolean ok,
            @Nullable String hex,
            @Nullable String base64,
            @Nullable String json,
            @Nullable Fault fault,
            long micros) {}

    /**
     * @param code as devices hear it (facts: alink.md section 10)
     * @param line from 1; null when it is at no place of the script
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Fault(
            int code,
            String kind,
            String message,
            @Nullable Integer line,
            @Nullable Integer column) {}
}
