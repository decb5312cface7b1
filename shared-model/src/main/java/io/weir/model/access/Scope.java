package io.weir.model.access;

import org.jspecify.annotations.Nullable;

/**
 * What somebody may see: every row whose tenant path starts with {@code path} and, for a member,
 * only their own rows of the tables that belong to members. A required argument of every store
 * call; PostgreSQL row-level security holds it a second time.
 *
 * @param path a tenant path such as {@code /}, {@code /DEMO/}, {@code /DEMO/A001/}; always begins
 *     and ends with a slash
 * @param member the member's uid when the scope is a member's
 */
public record Scope(String path, @Nullable String member) {
    public static final Scope PLATFORM = new Scope("/", null);

    public Scope {
        if (!path.startsWith("/") || !path.endsWith("/")) {
            throw new IllegalArgumentException("tenant path: " + path);
        }
    }

    public static Scope tenant(String path) {
        return new Scope(path, null);
    }

    public static Scope member(String path, String uid) {
        return new Scope(path, uid);
    }

    public boolean covers(String tenant) {
        return tenant.startsWith(path);
    }

    /** The vendor's own path ({@code /DEMO/}) of any path below it; the platform's is {@code /}. */
    public static String vendorOf(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? "/" : path.substring(0, end + 1);
    }
}
