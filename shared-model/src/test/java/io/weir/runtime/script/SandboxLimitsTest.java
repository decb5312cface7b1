package io.weir.runtime.script;

import static io.weir.runtime.script.Scripts.fault;
import static io.weir.runtime.script.Scripts.isLimit;
import static io.weir.runtime.script.Scripts.open;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.runtime.script.ScriptFault.Kind;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** Scripts that want more than their share. */
class SandboxLimitsTest {
    /** Some ms when nothing else runs here; the builds of others may. */
    private static final long PATIENCE_MS = 10_000;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new Sandbox(Scripts.LIMITS);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) {}",
                "for (;;) { try { throw 1; } catch (e) {} finally { continue; } }",
                "var f = () => Promise.resolve().then(f); f(); return {};",
                "Array.from({length: 1e9}, (x, i) => i); return {};",
                "var a = []; while (true) a.push(a.slice());",
                "var a = [1]; for (;;) a = a.concat(a);",
                "var a = new Array(5e7).fill(1); return {n: a.map(x => x + 1).length};",
                "var m = new Map(); for (var i = 0; ; i++) m.set(i, {i});",
                "var s = 'x'; var all = []; for (;;) all.push(new Uint8Array(1000000));",
                "var s = 'x'.repeat(1e6); for (;;) s.replace(/x*y|x*z/g, s);",
                "for (;;) /^(?:(a+)+\\1)+$/.test('a'.repeat(5000) + 'b');",
                "return {s: new Array(1e6).fill(0).sort(() => Math.random() - 0.5)};",
                "var o = {}; for (var i = 0; ; i++) o['k' + i] = i;",
                "var p = new Proxy({}, {get: (t, k, r) => r[k]}); return {p: p.x, q: (function g()"
                        + " { for (;;) {} })()};"
            })
    void whatNeverEndsIsStopped(String body) throws ScriptFault {
        long start = System.nanoTime();
        ScriptFault fault = fault(sandbox, body);
        long ms = (System.nanoTime() - start) / 1_000_000;
        assertThat(fault.kind()).as(fault.words()).isIn(Kind.LIMIT, Kind.ERROR);
        assertThat(ms).as(body).isLessThan(PATIENCE_MS);
        try (ScriptContext neighbour = open(sandbox, Scripts.METER)) {
            neighbour.rawDataToProtocol(new byte[9]);
        }
    }

    @Test
    void aStoppedContextIsWornAndAFreshOneWorks() throws ScriptFault {
        String script =
                "function rawDataToProtocol(b) { if (b[0]) while (true) {} return {ok: 1}; }";
        Script compiled = sandbox.script(script);
        try (ScriptContext c = sandbox.context(compiled)) {
            isLimit(fault(() -> c.rawDataToProtocol(new byte[] {1})));
            assertThat(c.worn()).isTrue();
            isLimit(fault(() -> c.rawDataToProtocol(new byte[] {0})));
        }
        try (ScriptContext c = sandbox.context(compiled)) {
            assertThat(c.rawDataToProtocol(new byte[] {0})).isEqualTo("{\"ok\":1}");
        }
    }

    @Test
    void aScriptThatHangsWhileItIsLoadedIsStopped() {
        isLimit(fault(() -> sandbox.context(sandbox.script("while (true) {}"))));
    }

    @Test
    void deepRecursionIsAnErrorAndHarmsNothing() throws ScriptFault {
        String script =
                "function rawDataToProtocol(b) { return b[0] ? rawDataToProtocol(b) : {ok: 1}; }";
        try (ScriptContext c = open(sandbox, script)) {
            ScriptFault fault = fault(() -> c.rawDataToProtocol(new byte[] {1}));
            assertThat(fault.kind()).isIn(Kind.ERROR, Kind.LIMIT);
        }
        String nested = "[".repeat(20_000) + "]".repeat(20_000);
        try (ScriptContext c = open(sandbox, "function protocolToRawData(j) { return [1]; }")) {
            ScriptFault fault = fault(() -> c.protocolToRawData(nested));
            assertThat(fault.kind()).isIn(Kind.ERROR, Kind.LIMIT);
        }
    }

    @Test
    void aHugeResultIsRefused() {
        assertThat(fault(sandbox, "return {s: 'x'.repeat(70000)};").kind())
                .isEqualTo(Kind.BAD_RETURN);
        assertThat(fault(sandbox, "return {s: 'x'.repeat(1e9)};").kind()).isEqualTo(Kind.ERROR);
        assertThat(fault(sandbox, "return {s: new Uint8Array(1e9)};").kind()).isEqualTo(Kind.ERROR);
        assertThat(fault(sandbox, "var o = {}; o.o = o; return o;").kind()).isEqualTo(Kind.ERROR);
    }

    @Test
    void statementsAreCountedAnewForEachRun() throws ScriptFault {
        String script =
                "function rawDataToProtocol(b) { for (var i = 0; i < 20000; i++); return {i}; }";
        try (ScriptContext c = open(sandbox, script)) {
            for (int i = 0; i < 50; i++) {
                assertThat(c.rawDataToProtocol(new byte[0])).isEqualTo("{\"i\":20000}");
            }
            assertThat(c.worn()).isFalse();
        }
    }

    @Test
    void whatAScriptKeepsIsBoundedByTheLifeOfItsContext() throws ScriptFault {
        String script =
                """
                var kept = [];
                function rawDataToProtocol(b) { kept.push(new Uint8Array(900000)); return {n: kept.length}; }
                """;
        try (ScriptContext c = open(sandbox, script)) {
            int runs = 0;
            while (!c.worn()) {
                c.rawDataToProtocol(new byte[0]);
                assertThat(++runs).isLessThan(100);
            }
            assertThat(runs).isGreaterThan(10);
        }
    }

    @Test
    void aNeighbourRunsWhileAnotherHangs() throws Exception {
        var limits =
                new ScriptLimits(Duration.ofMillis(400), Long.MAX_VALUE, 1L << 30, 1L << 30, 10);
        try (var roomy = new Sandbox(limits);
                ScriptContext neighbour =
                        open(roomy, "function rawDataToProtocol(b) { return {ok: 1}; }")) {
            ScriptFault[] hung = new ScriptFault[1];
            Thread thread =
                    Thread.ofPlatform().start(() -> hung[0] = fault(roomy, "while (true) {}"));
            int runs = 0;
            while (thread.isAlive()) {
                neighbour.rawDataToProtocol(new byte[0]);
                runs++;
            }
            thread.join();
            isLimit(hung[0]);
            assertThat(runs).isGreaterThan(300);
        }
    }
}
