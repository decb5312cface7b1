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
 * @param own only what belongs to the tenant at {@code path} itself, not to those below it
 */
public record Scope(String path, @Nullable String member, boolean own) {
    public static final Scope PLATFORM = new Scope("/", null);

    public Scope(String path, @Nullable String member) {
        this(path, member, false);
    }

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

    /** A tenant's own things, without those of the tenants below. */
    public static Scope own(String path) {
        return new Scope(path, null, true);
    }

    /** The same of all members. */
    public Scope ofAll() {
        return new Scope(path, null, own);
    }

    public boolean covers(String tenant) {
        return own ? tenant.equals(path) : tenant.startsWith(path);
    }

    /** The vendor's own path ({@code /DEMO/}) of any path below it; the platform's is {@code /}. */
    public static String vendorOf(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? "/" : path.substring(0, end + 1);
    }
}
