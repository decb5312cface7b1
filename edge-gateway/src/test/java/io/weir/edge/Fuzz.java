package io.weir.edge;

/** What the fuzz tests share. */
public final class Fuzz {
    /** How long one target is fuzzed in every build; {@code -Pfuzz} sets another (docs/fuzz.md). */
    public static final String BUDGET = "4s";

    private Fuzz() {}
}
