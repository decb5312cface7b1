package io.weir.cloud.devices;

import io.weir.api.devices.ScriptOps.Direction;
import io.weir.api.devices.ScriptOps.Fault;
import io.weir.api.devices.ScriptOps.Tried;
import io.weir.api.devices.ScriptOps.TryScript;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;

import java.util.Base64;
import java.util.HexFormat;

/** A dry run: one sample through a script, in the very sandbox of the edge. Nothing is kept. */
final class TryScriptHandler {
    private static final long NANOS_PER_MICRO = 1_000;

    private final Tx tx;
    private final ScriptBench bench;

    TryScriptHandler(Tx tx, ScriptBench bench) {
        this.tx = tx;
        this.bench = bench;
    }

    Tried handle(Call call, TryScript request) {
        String source = source(call, request);
        if (request.direction() == Direction.DOWN) {
            String json = json(request.json());
            ScriptBench.Outcome<byte[]> out = bench.run(source, c -> c.protocolToRawData(json));
            byte[] bytes = out.result();
            return new Tried(
                    out.fault() == null,
                    bytes == null ? null : HexFormat.of().formatHex(bytes),
                    bytes == null ? null : Base64.getEncoder().encodeToString(bytes),
                    null,
                    fault(out.fault()),
                    out.nanos() / NANOS_PER_MICRO);
        }
        byte[] bytes = bytes(request);
        String topic = request.topic() == null ? "" : request.topic();
        ScriptBench.Outcome<String> out =
                bench.run(
                        source,
                        c ->
                                request.direction() == Direction.UP
                                        ? c.rawDataToProtocol(bytes)
                                        : c.transformPayload(topic, bytes));
        return new Tried(
                out.fault() == null,
                null,
                null,
                out.result(),
                fault(out.fault()),
                out.nanos() / NANOS_PER_MICRO);
    }

    private String source(Call call, TryScript request) {
        return tx.run(
                call.scope(),
                c -> {
                    ScriptStore.own(c, call.scope(), request.productId());
                    if (request.source() != null) {
                        return request.source();
                    }
                    String latest =
                            ScriptStore.get(c, call.scope(), request.productId(), null).source();
                    return latest == null ? "" : latest;
                });
    }

    private static byte[] bytes(TryScript request) {
        if ((request.hex() == null) == (request.base64() == null)) {
            throw Rejected.invalid("hex", "either hex or base64 must be given");
        }
        try {
            return request.hex() != null
                    ? HexFormat.of().parseHex(request.hex())
                    : Base64.getDecoder().decode(request.base64());
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid(
                    request.hex() != null ? "hex" : "base64", "is not of this encoding");
        }
    }

    private static String json(@Nullable String json) {
        if (json == null) {
            throw Rejected.invalid("json", "must be given for this direction");
        }
        try {
            return Json.tree(json).toString();
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("json", "must be JSON");
        }
    }

    private static @Nullable Fault fault(@Nullable ScriptFault fault) {
        if (fault == null) {
            return null;
        }
        boolean placed = fault.line() > 0;
        return new Fault(
                fault.kind().code(),
                fault.kind().name(),
                fault.words(),
                placed ? fault.line() : null,
                placed ? fault.column() : null);
    }
}
