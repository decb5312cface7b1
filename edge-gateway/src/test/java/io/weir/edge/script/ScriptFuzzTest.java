package io.weir.edge.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;
import io.weir.runtime.json.Json;
import io.weir.runtime.script.Sandbox;
import io.weir.runtime.script.ScriptContext;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.script.ScriptLimits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * Raw bytes into a script, and bytes that are the script: a result, or a fault with its code, and
 * in time. Beside it another product's script goes on.
 */
class ScriptFuzzTest {
    private static final int OUTPUT = 4096;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Parses like a real product's: a length, a kind, values; what it doesn't know it throws. */
    private static final String DECENT =
            """
            function rawDataToProtocol(bytes) {
              var n = bytes[0] & 0xff, o = {id: String(n), method: 'thing.event.property.post', params: {}};
              if (bytes.length < n) throw new Error('short');
              for (var i = 1; i < n; i++) o.params['k' + i] = bytes[i];
              if (n % 7 === 3) return bytes;
              if (n % 7 === 4) o.self = o;
              if (n % 7 === 5) o.toJSON = function () { while (true) {} };
              return o;
            }
            function protocolToRawData(json) { return [json.a & 0xff, 300, -1, 'x']; }
            function transformPayload(topic, bytes) { return {topic: topic, text: String.fromCharCode.apply(null, bytes)}; }
            """;

    private static Sandbox sandbox;
    private static ScriptContext context;

    @BeforeAll
    static void start() throws ScriptFault {
        sandbox =
                new Sandbox(
                        new ScriptLimits(Duration.ofMillis(50), 50_000, 4 << 20, 8 << 20, OUTPUT));
        context = sandbox.context(sandbox.script(DECENT));
    }

    @AfterAll
    static void stop() {
        context.close();
        sandbox.close();
    }

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void scripts(byte[] input) throws ScriptFault {
        long begun = System.nanoTime();
        if (input.length > 0 && input[0] == 's') {
            text(new String(input, 1, input.length - 1, StandardCharsets.UTF_8));
        } else {
            bytes(context, input);
            if (context.worn()) {
                context.close();
                context = sandbox.context(sandbox.script(DECENT));
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
    }

    private static void text(String script) {
        try (ScriptContext hostile = sandbox.context(sandbox.script(script))) {
            bytes(hostile, new byte[] {3, 1, 2});
        } catch (ScriptFault e) {
            fault(e);
        }
        try {
            byte[] down = context.protocolToRawData("{\"a\":7}");
            assertThat(down[0]).as("another product's script").isEqualTo((byte) 7);
        } catch (ScriptFault e) {
            fault(e);
        }
    }

    private static void bytes(ScriptContext script, byte[] input) {
        try {
            String json = script.rawDataToProtocol(input);
            assertThat(json.length()).isLessThanOrEqualTo(OUTPUT);
            assertThat(Json.tree(json).isObject()).as(json).isTrue();
        } catch (ScriptFault e) {
            fault(e);
        }
        try {
            String json = script.transformPayload("/a/b", Arrays.copyOf(input, 64));
            assertThat(Json.tree(json).isObject()).as(json).isTrue();
        } catch (ScriptFault e) {
            fault(e);
        }
    }

    private static void fault(ScriptFault e) {
        assertThat(e.kind().code()).isBetween(26001, 26010);
        assertThat(e.words()).isNotEmpty();
    }
}
