package io.weir.cloud.vendors;

import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Who may stand below whom, under which code and number. Knows nothing of what is there. */
final class Tree {
    static final String TOP = "PLATFORM";
    private static final Pattern CODE = Pattern.compile("[A-Z0-9]{4}");
    private static final String PLATFORM_CODE = "0000";
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final Map<String, Set<String>> PARENTS =
            Map.of(
                    "VENDOR", Set.of(TOP),
                    "AGENT", Set.of("VENDOR"),
                    "DEALER", Set.of("VENDOR", "AGENT"),
                    "PARTNER", Set.of("VENDOR", "AGENT", "DEALER"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tree() {}

    static void kind(String kind) {
        if (!PARENTS.containsKey(kind)) {
            throw Rejected.invalid("kind", "must be one of VENDOR, AGENT, DEALER, PARTNER");
        }
    }

    static void code(String code) {
        if (!CODE.matcher(code).matches() || code.equals(PLATFORM_CODE)) {
            throw Rejected.invalid("code", "must be four of A-Z and 0-9, not 0000");
        }
    }

    /**
     * @param above kind of the tenant above, null when there is none
     */
    static void below(String kind, @Nullable String above) {
        if (above == null || !PARENTS.getOrDefault(kind, Set.of()).contains(above)) {
            throw new Rejected(
                    VendorsError.WRONG_PARENT,
                    "parent: " + kind + " can't stand below it",
                    List.of(new FieldError("parent", kind + " can't stand below it")));
        }
    }

    static Rejected taken() {
        return new Rejected(
                VendorsError.CODE_TAKEN,
                "code: is taken by another tenant",
                List.of(new FieldError("code", "is taken by another tenant")));
    }

    static String zone(@Nullable String given, String usual) {
        if (given == null) {
            return usual;
        }
        try {
            return ZoneId.of(given).getId();
        } catch (DateTimeException e) {
            throw Rejected.invalid("zone", "is no time zone");
        }
    }

    /** A tenant's own number. */
    static String number() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
    }

    /** A code for who brings none. */
    static String anyCode() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }
}
