package io.weir.edge.download;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies in the cache and what must go when something comes: the one unused for longest, never
 * one that is held. Knows names and sizes only; used on one event loop.
 */
final class Shelf {
    private static final class Place {
        final long size;
        int holds;

        Place(long size) {
            this.size = size;
        }
    }

    private final long most;
    private final Map<String, Place> places = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param most bytes of all that lies there
     */
    Shelf(long most) {
        this.most = most;
    }

    /** It takes its whole size from now on, also while it is still coming. */
    void put(String name, long size) {
        if (places.get(name) == null) {
            places.put(name, new Place(size));
            bytes += size;
        }
    }

    boolean has(String name) {
        return places.containsKey(name);
    }

    /** Used from now on. */
    void hold(String name) {
        place(name).holds++;
    }

    /** One of its holds ended. */
    void free(String name) {
        Place place = place(name);
        if (place.holds == 0) {
            throw new IllegalStateException(name + " is not held");
        }
        place.holds--;
    }

    void remove(String name) {
        Place gone = places.remove(name);
        if (gone != null) {
            bytes -= gone.size;
        }
    }

    /** What must go so that so many bytes more fit; null when they don't whatever goes. */
    @Nullable List<String> room(long more) {
        return oldest(bytes + more - most);
    }

    /** Names that are not held and have so many bytes together; null when there are too few. */
    @Nullable List<String> oldest(long needed) {
        List<String> go = new ArrayList<>();
        long left = needed;
        for (Map.Entry<String, Place> e : places.entrySet()) {
            if (left <= 0) {
                break;
            }
            if (e.getValue().holds == 0) {
                go.add(e.getKey());
                left -= e.getValue().size;
            }
        }
        return left <= 0 ? go : null;
    }

    long bytes() {
        return bytes;
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalStateException(name + " is not on the shelf");
        }
        return place;
    }
}
