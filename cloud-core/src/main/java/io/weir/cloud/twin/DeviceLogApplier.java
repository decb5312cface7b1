package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.twin.TwinOps.LogLine;
import io.weir.cloud.facts.FactApplier;
import io.weir.cloud.facts.FactSpec;
import io.weir.cloud.facts.Places;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import java.util.ArrayList;
import java.util.List;

/** Turns log posts of devices into rows; all else of the lane is others' business. */
public final class DeviceLogApplier implements FactApplier {
    public static final FactSpec SPEC = new FactSpec("twin", "twin", List.of(Lane.TELEMETRY), true);

    private final Time time;
    private final Places places;
    private final Counter lines;

    public DeviceLogApplier(Time time, Places places, MeterRegistry metrics) {
        this.time = time;
        this.places = places;
        this.lines = metrics.counter("weir.twin.log.lines");
    }

    @Override
    public void apply(SqlConnection c, List<Frame> frames) {
        List<LogStore.Line> rows = new ArrayList<>();
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                if (entry.kind() == FactKind.DEVICE_LOG) {
                    add(rows, entry);
                }
            }
        }
        if (!rows.isEmpty()) {
            LogStore.add(c, rows);
            lines.increment(rows.size());
        }
    }

    private void add(List<LogStore.Line> rows, Entry entry) {
        Place place = places.get(entry.device());
        if (place == null) {
            throw new IllegalArgumentException("no such device");
        }
        Own own = new Own(entry.device(), place.tenant());
        for (JsonNode line : Json.tree(entry.payload())) {
            rows.add(
                    new LogStore.Line(
                            own,
                            new LogLine(
                                    time.now(),
                                    text(line, "utcTime"),
                                    text(line, "logLevel"),
                                    text(line, "module"),
                                    text(line, "code"),
                                    text(line, "traceContext"),
                                    text(line, "logContent"))));
        }
    }

    /** PostgreSQL's text knows no NUL; a log line is worth keeping without it. */
    private static String text(JsonNode line, String name) {
        return line.path(name).asText("").replace("\0", "");
    }
}
