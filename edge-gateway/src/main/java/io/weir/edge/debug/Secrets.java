package io.weir.edge.debug;

import java.util.Locale;
import java.util.Set;

/**
 * Strikes out what staff must not read in what devices and gateways say to each other: the values
 * of JSON members that are named as secrets are, and such parameters of addresses. Linear in the
 * text, whatever it is: a device may send anything.
 */
final class Secrets {
    static final String MASK = "***";

    private static final Set<String> NAMES =
            Set.of("sign", "signature", "secret", "password", "token", "psk");
    private static final String[] ENDINGS = {"secret", "password", "token", "signature"};

    private final String text;
    private final StringBuilder out;

    /** Up to here all of the text is in {@link #out}. */
    private int done;

    private Secrets(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length());
    }

    /** The text with {@link #MASK} in the place of every secret. */
    static String masked(String text) {
        var secrets = new Secrets(text);
        secrets.walk();
        return secrets.out.append(text, secrets.done, text.length()).toString();
    }

    private void walk() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                int end = endOfString(at);
                int value = valueBehind(end);
                at = value >= 0 && secret(text, at + 1, end - 1) ? strike(value) : inside(at, end);
            } else if (c == '?' || c == '&') {
                at = parameter(at, text.length());
            } else {
                at++;
            }
        }
    }

    /** Addresses stand in strings of JSON. */
    private int inside(int from, int to) {
        int at = from + 1;
        while (at < to) {
            char c = text.charAt(at);
            at = c == '?' || c == '&' ? parameter(at, to) : at + 1;
        }
        return to;
    }

    /** {@code ?name=value} at a place; the place behind its name, or behind what was struck out. */
    private int parameter(int at, int to) {
        int equals = at + 1;
        while (equals < to && Character.isLetterOrDigit(text.charAt(equals))) {
            equals++;
        }
        if (equals >= to || text.charAt(equals) != '=' || !secret(text, at + 1, equals)) {
            return Math.max(at + 1, equals);
        }
        int end = equals + 1;
        while (end < to && "&\"#\\ ".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        replace(equals + 1, end, MASK);
        return end;
    }

    /** Replaces the value that begins here; the place behind it. */
    private int strike(int value) {
        int end = value;
        if (text.charAt(value) == '"') {
            end = endOfString(value);
        } else {
            while (end < text.length() && ",}] \t\r\n".indexOf(text.charAt(end)) < 0) {
                end++;
            }
        }
        replace(value, end, '"' + MASK + '"');
        return Math.max(end, value + 1);
    }

    private void replace(int from, int to, String by) {
        out.append(text, done, from).append(by);
        done = to;
    }

    /** Behind the closing quote; the text's end when there is none. */
    private int endOfString(int quote) {
        int at = quote + 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            at += c == '\\' ? 2 : 1;
        }
        return text.length();
    }

    /** Where a member's value begins, if the string that ends here is a member's name; else -1. */
    private int valueBehind(int end) {
        int at = blanks(end);
        if (at >= text.length() || text.charAt(at) != ':') {
            return -1;
        }
        int value = blanks(at + 1);
        return value < text.length() ? value : -1;
    }

    private int blanks(int from) {
        int at = from;
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static boolean secret(String text, int from, int to) {
        if (to <= from || to - from > 64) {
            return false;
        }
        String name = text.substring(from, to).toLowerCase(Locale.ROOT);
        if (NAMES.contains(name)) {
            return true;
        }
        for (String ending : ENDINGS) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }
}
