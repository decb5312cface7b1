package io.weir.runtime.script;

import io.weir.runtime.script.ScriptFault.Kind;

import org.assertj.core.api.Assertions;

import java.time.Duration;

/** Scripts and limits of the sandbox's tests. */
final class Scripts {
    static final ScriptLimits LIMITS =
            new ScriptLimits(Duration.ofMillis(50), 500_000, 8 << 20, 32 << 20, 65_536);

    /** Counter and temperature in 9 bytes, and back: command, id, value. */
    static final String METER =
            """
            var POST = 0x00, SET = 0x01;
            function rawDataToProtocol(bytes) {
              var view = new DataView(new Uint8Array(bytes).buffer);
              if (bytes[0] !== POST) throw new Error('unknown command ' + bytes[0]);
              return {method: 'thing.event.property.post', id: '' + view.getUint32(1), version: '1.0',
                      params: {total_ml: view.getUint32(5)}};
            }
            function protocolToRawData(json) {
              var out = [SET], id = parseInt(json.id);
              for (var shift = 24; shift >= 0; shift -= 8) out.push((id >>> shift) & 0xff);
              out.push(json.params ? json.params.setpoint : json.code === 200 ? 0 : 1);
              return out;
            }
            function transformPayload(topic, bytes) {
              return {topic: topic, text: String.fromCharCode.apply(null, bytes)};
            }
            """;

    private Scripts() {}

    static ScriptContext open(Sandbox sandbox, String text) {
        try {
            return sandbox.context(sandbox.script(text));
        } catch (ScriptFault e) {
            throw new AssertionError(e.words(), e);
        }
    }

    /** The fault of a run; with whatever the body does. */
    static ScriptFault fault(Sandbox sandbox, String body) {
        try (ScriptContext c =
                open(sandbox, "function rawDataToProtocol(bytes) {" + body + "\n}")) {
            return fault(() -> c.rawDataToProtocol(new byte[] {1, 2, 3}));
        }
    }

    interface Work {
        Object run() throws ScriptFault;
    }

    static ScriptFault fault(Work work) {
        try {
            throw new AssertionError("no fault but " + work.run());
        } catch (ScriptFault e) {
            return e;
        }
    }

    static void isLimit(ScriptFault fault) {
        Assertions.assertThat(fault.kind()).as(fault.words()).isEqualTo(Kind.LIMIT);
    }
}
