package io.weir.runtime.script;

import static io.weir.runtime.script.Scripts.fault;
import static io.weir.runtime.script.Scripts.open;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.runtime.script.ScriptFault.Kind;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** What scripts can do, and what they can't reach. */
class SandboxTest {
    private static Sandbox sandbox;

    @BeforeAll
    @BeforeContainer
    static void start() {
        if (sandbox == null) {
            sandbox = new Sandbox(Scripts.LIMITS);
        }
    }

    @AfterAll
    @AfterContainer
    static void stop() {
        sandbox.close();
        sandbox = null;
    }

    @Test
    void bytesBecomeAMessageAndAMessageBytes() throws ScriptFault {
        try (ScriptContext c = open(sandbox, Scripts.METER)) {
            assertThat(c.functions()).isEqualTo(new Functions(true, true, true));
            byte[] post = {0, 0, 0, 1, 0, (byte) 0xff, (byte) 0xfe, 0, 1};
            assertThat(c.rawDataToProtocol(post))
                    .isEqualTo(
                            "{\"method\":\"thing.event.property.post\",\"id\":\"256\",\"version\":\"1.0\","
                                + "\"params\":{\"total_ml\":4294836225}}");
            assertThat(c.protocolToRawData("{\"id\":\"258\",\"params\":{\"setpoint\":200}}"))
                    .containsExactly(1, 0, 0, 1, 2, (byte) 200);
            assertThat(c.transformPayload("/a/b/user/水", "hé".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo("{\"topic\":\"/a/b/user/水\",\"text\":\"hÃ©\"}");
            assertThat(c.worn()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Java.type('java.lang.System')",
                "java.lang.System.exit(1)",
                "Packages.java.lang.Runtime",
                "Polyglot.eval('js', '1')",
                "Polyglot.import('x')",
                "Graal.versionJS",
                "load('/etc/passwd')",
                "loadWithNewGlobal('/etc/passwd')",
                "eval('1+1')",
                "new Function('return 1')()",
                "(function(){}).constructor('return 1')()",
                "(() => {}).constructor.constructor('return this')()",
                "Object.getPrototypeOf(async function(){}).constructor('return 1')()",
                "Object.getPrototypeOf(function*(){}).constructor('yield 1')()",
                "require('fs')",
                "process.exit(1)",
                "quit()",
                "readFully('/etc/passwd')",
                "new Worker('x')",
                "new SharedArrayBuffer(8)",
                "Atomics.wait",
                "new WebAssembly.Module(bytes)",
                "fetch('http://127.0.0.1')",
                "new XMLHttpRequest()",
                "setTimeout(function(){}, 1)",
                "bytes.getClass().forName('java.lang.System')",
                "bytes.class.name",
                "BigInt(3)"
            })
    void nothingOfTheHostCanBeReached(String escape) {
        ScriptFault fault = fault(sandbox, "return {got: String(" + escape + ")};");
        assertThat(fault.kind()).as(fault.words()).isEqualTo(Kind.ERROR);
    }

    @Test
    void anImportGivesNothing() {
        ScriptFault fault = fault(sandbox, "return import('fs').then(m => ({m}));");
        assertThat(fault.kind()).isIn(Kind.ERROR, Kind.BAD_RETURN);
    }

    @Test
    void aFaultIsFoundByLineAndColumn() {
        ScriptFault thrown = fault(sandbox, "\n  var a = 1;\n  a.b.c = bytes;\n");
        assertThat(thrown.kind()).isEqualTo(Kind.ERROR);
        assertThat(thrown.line()).isEqualTo(3);
        assertThat(thrown.column()).isEqualTo(3);
        ScriptFault syntax =
                Scripts.fault(() -> sandbox.context(sandbox.script("var a = 1;\nfunction (\n")));
        assertThat(syntax.kind()).isEqualTo(Kind.ERROR);
        assertThat(syntax.line()).isEqualTo(2);
        assertThat(Scripts.fault(() -> sandbox.script(" \n")).kind()).isEqualTo(Kind.EMPTY);
    }

    @Test
    void aThrownValueOfAnyKindIsAnError() {
        for (String value : new String[] {"null", "undefined", "7", "{}", "'水'", "Symbol('s')"}) {
            ScriptFault fault = fault(sandbox, "throw " + value + ";");
            assertThat(fault.kind()).as(value + ": " + fault.words()).isEqualTo(Kind.ERROR);
        }
        ScriptFault longer = fault(sandbox, "throw new Error('x'.repeat(100000));");
        assertThat(longer.words()).hasSizeLessThan(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "7", "'{}'", "[1]", "true", "function(){}"})
    void whatIsNoObjectIsABadReturn(String result) {
        assertThat(fault(sandbox, "return " + result + ";").kind()).isEqualTo(Kind.BAD_RETURN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "7",
                "'abc'",
                "{}",
                "[256]",
                "[-129]",
                "[1.5]",
                "['1']",
                "[null]",
                "[NaN]",
                "[,1]",
                "new Float64Array(2)",
                "{length: 2, 0: 1, 1: 2}",
                "new Array(70000)"
            })
    void whatIsNoBytesIsABadReturn(String result) {
        String script = "function protocolToRawData(json) { return " + result + "; }";
        try (ScriptContext c = open(sandbox, script)) {
            ScriptFault fault = Scripts.fault(() -> c.protocolToRawData("{}"));
            assertThat(fault.kind()).as(fault.words()).isEqualTo(Kind.BAD_RETURN);
            assertThat(Scripts.fault(() -> c.rawDataToProtocol(new byte[0])).kind())
                    .isEqualTo(Kind.MISSING);
        }
    }

    @Test
    void bytesMayBeSignedOrAnArrayBuffer() throws ScriptFault {
        for (String bytes :
                new String[] {
                    "[-1, 255, 0]",
                    "new Uint8Array([255, 255, 0])",
                    "new Int8Array([-1, -1, 0])",
                    "new Uint8Array([255, 255, 0]).buffer"
                }) {
            try (ScriptContext c =
                    open(sandbox, "function protocolToRawData(j) { return " + bytes + "; }")) {
                assertThat(c.protocolToRawData("{}")).containsExactly(-1, -1, 0);
            }
        }
    }

    @Test
    void aCallCanNotSpoilTheNextOne() throws ScriptFault {
        String script =
                """
                function rawDataToProtocol(bytes) {
                  var seen = {polluted: ({}).polluted, stringify: JSON.stringify({a: 1})};
                  try { Object.prototype.polluted = 'yes'; } catch (e) { }
                  try { Array.prototype.push = null; JSON.stringify = null; } catch (e) { }
                  try { ({}).__proto__.toJSON = function () { return 'evil'; }; } catch (e) { }
                  try { bytes.__proto__.map = 1; Object.defineProperty = null; } catch (e) { }
                  return seen;
                }
                """;
        try (ScriptContext c = open(sandbox, script)) {
            for (int i = 0; i < 3; i++) {
                assertThat(c.rawDataToProtocol(new byte[1]))
                        .isEqualTo("{\"stringify\":\"{\\\"a\\\":1}\"}");
            }
        }
    }

    @Test
    void scriptsSeeNothingOfEachOther() throws ScriptFault {
        try (ScriptContext one =
                        open(
                                sandbox,
                                "shared = 1; function rawDataToProtocol(b) { return {a: 1}; }");
                ScriptContext two =
                        open(
                                sandbox,
                                "function rawDataToProtocol(b) { return {a: typeof shared}; }")) {
            assertThat(one.rawDataToProtocol(new byte[0])).isEqualTo("{\"a\":1}");
            assertThat(two.rawDataToProtocol(new byte[0])).isEqualTo("{\"a\":\"undefined\"}");
        }
    }

    @Test
    void polyfillsOfTheScriptsOwnTopLevelWork() throws ScriptFault {
        String script =
                """
                'use strict';
                Number.prototype.hex = function () { return this.toString(16); };
                const rawDataToProtocol = (bytes) => ({hex: bytes.map(b => b.hex()).join('')});
                """;
        try (ScriptContext c = open(sandbox, script)) {
            assertThat(c.rawDataToProtocol(new byte[] {(byte) 0xca, (byte) 0xfe}))
                    .isEqualTo("{\"hex\":\"cafe\"}");
        }
    }

    @Property(tries = 200)
    void anyBytesComeBackAsTheyWere(@ForAll @Size(max = 300) byte[] bytes) throws ScriptFault {
        start();
        String script =
                """
                function rawDataToProtocol(bytes) { return {bytes: bytes}; }
                function protocolToRawData(json) { return json.bytes; }
                """;
        try (ScriptContext c = open(sandbox, script)) {
            assertThat(c.protocolToRawData(c.rawDataToProtocol(bytes))).isEqualTo(bytes);
        }
    }

    @Property(tries = 200)
    void anyTextSurvives(@ForAll String text) throws ScriptFault {
        start();
        String script =
                """
                function protocolToRawData(json) {
                  var out = [];
                  for (var i = 0; i < json.t.length; i++) out.push(json.t.charCodeAt(i) >> 8, json.t.charCodeAt(i) & 255);
                  return out;
                }
                """;
        try (ScriptContext c = open(sandbox, script)) {
            String json = io.weir.runtime.json.Json.text(java.util.Map.of("t", text));
            byte[] bytes = c.protocolToRawData(json);
            assertThat(new String(bytes, StandardCharsets.UTF_16BE)).isEqualTo(text);
        }
    }
}
