package io.weir.api.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * What a device last said and what it has said, over HTTP (DESIGN section 7, OMS seed 2.13, 2.14).
 */
public interface IngestOps {
    /** The latest value of each property, by identifier. */
    Op<GetProperties, List<PropertyValue>> PROPERTIES =
            Op.listed("ingest.properties.v1", GetProperties.class, PropertyValue.class);

    /** Property posts, newest first. */
    Op<ListLogs, Page<PropertyLog>> PROPERTY_LOGS =
            Op.paged("ingest.property.logs.v1", ListLogs.class, PropertyLog.class);

    /** Events, newest first. */
    Op<ListLogs, Page<EventLog>> EVENT_LOGS =
            Op.paged("ingest.event.logs.v1", ListLogs.class, EventLog.class);

    record GetProperties(String deviceId) {}

    /**
     * @param at gateway time of the post that brought it
     */
    record PropertyValue(String identifier, JsonNode value, Instant at) {}

    /**
     * @param id the device's number
     * @param page from 1
     */
    record ListLogs(String id, int page, int pageSize) {}

    /**
     * @param at gateway time; the cloud's when the gateway's clock was wrong
     * @param gatewayAt what a wrong clock said
     * @param params as the device sent them: values, or objects of value and time
     */
    record PropertyLog(
            Instant at,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant gatewayAt,
            JsonNode params) {}

    record EventLog(
            Instant at,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant gatewayAt,
            String identifier,
            JsonNode params) {}
}
