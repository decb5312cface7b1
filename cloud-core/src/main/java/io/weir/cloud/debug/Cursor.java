package io.weir.cloud.debug;

import io.weir.model.problem.Rejected;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far somebody has read: an opaque text to them, so any node goes on where another stopped.
 *
 * @param places the gateway where the device was last, then those before it: a device that comes
 *     back is read on from there
 */
record Cursor(List<Place> places) {
    private static final int REMEMBERED = 4;
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_.-]{1,64})\\|([A-Za-z0-9-]{0,64})\\|([0-9]{1,18})");

    /**
     * @param ring of the gateway; empty = none yet, whatever it has there is new
     */
    record Place(String gateway, String ring, long number) {}

    Cursor {
        places = List.copyOf(places);
    }

    static Cursor begin(String gateway) {
        return new Cursor(List.of(new Place(gateway, "", 0)));
    }

    String gateway() {
        return places.getFirst().gateway();
    }

    String ring() {
        return places.getFirst().ring();
    }

    long number() {
        return places.getFirst().number();
    }

    /** Further, at the same gateway. */
    Cursor at(String ring, long number) {
        List<Place> moved = new ArrayList<>(places);
        moved.set(0, new Place(gateway(), ring, number));
        return new Cursor(moved);
    }

    /** At another gateway: where it was left, or at the beginning. */
    Cursor to(String gateway) {
        List<Place> moved = new ArrayList<>(places);
        Place known =
                moved.stream()
                        .filter(p -> p.gateway().equals(gateway))
                        .findFirst()
                        .orElse(new Place(gateway, "", 0));
        moved.remove(known);
        moved.addFirst(known);
        return new Cursor(moved.subList(0, Math.min(moved.size(), REMEMBERED)));
    }

    String text() {
        StringBuilder plain = new StringBuilder();
        for (Place p : places) {
            plain.append(plain.isEmpty() ? "" : ";")
                    .append(p.gateway() + "|" + p.ring() + "|" + p.number());
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** INVALID when it is none of ours. */
    static Cursor read(String text) {
        List<Place> places = new ArrayList<>();
        for (String part : plain(text).split(";", -1)) {
            Matcher form = FORM.matcher(part);
            if (!form.matches() || places.size() == REMEMBERED) {
                throw bad();
            }
            places.add(new Place(form.group(1), form.group(2), Long.parseLong(form.group(3))));
        }
        return new Cursor(places);
    }

    private static String plain(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad();
        }
    }

    private static Rejected bad() {
        return Rejected.invalid("after", "is no cursor of an earlier answer");
    }
}
