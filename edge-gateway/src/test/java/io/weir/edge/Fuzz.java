package io.weir.edge;

/** What the fuzz tests share. */
public final class Fuzz {
    /** How long a target is fuzzed when nothing else is said; the build says it (docs/fuzz.md). */
    public static final String BUDGET = "3s";

    private Fuzz() {}
}
