package io.weir.runtime.script;

import org.graalvm.polyglot.Source;

/** A script's text, ready to be evaluated in any context of its sandbox; parsed once. */
public final class Script {
    static final String FILE = "script.js";

    final Source source;

    Script(String text) {
        source = Source.newBuilder(Sandbox.LANGUAGE, text, FILE).buildLiteral();
    }
}
