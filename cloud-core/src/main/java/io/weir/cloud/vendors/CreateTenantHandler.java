package io.weir.cloud.vendors;

import io.weir.api.vendors.VendorOps.CreateTenant;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Creates a tenant in its place of the tree; asked again it answers the one that is there. */
final class CreateTenantHandler {
    private static final Pattern CODE = Pattern.compile("[A-Z0-9]{4}");
    private static final String PLATFORM_CODE = "0000";
    private static final String TOP = "PLATFORM";
    private static final Map<String, Set<String>> PARENTS =
            Map.of(
                    "VENDOR", Set.of(TOP),
                    "AGENT", Set.of("VENDOR"),
                    "DEALER", Set.of("VENDOR", "AGENT"),
                    "PARTNER", Set.of("VENDOR", "AGENT", "DEALER"));

    private final Tx tx;
    private final Time time;
    private final String usualZone;
    private final SecureRandom random = new SecureRandom();

    CreateTenantHandler(Tx tx, Time time, String usualZone) {
        this.tx = tx;
        this.time = time;
        this.usualZone = usualZone;
    }

    Tenant create(Call call, CreateTenant request) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the platform creates tenants");
        }
        check(request);
        String path = request.parent() + request.code() + "/";
        return tx.system(
                c -> {
                    Tenant parent = TenantStore.at(c, request.parent());
                    String above = parent == null ? TOP : parent.kind();
                    boolean exists = parent != null || request.parent().equals("/");
                    if (!exists
                            || !PARENTS.getOrDefault(request.kind(), Set.of()).contains(above)) {
                        throw new Rejected(
                                VendorsError.WRONG_PARENT,
                                "parent: " + request.kind() + " can't stand below it");
                    }
                    var fresh =
                            new Tenant(
                                    number(),
                                    path,
                                    request.kind(),
                                    request.name(),
                                    zone(request.zone(), parent));
                    TenantStore.create(c, fresh, request.parent(), time.now());
                    Tenant there = Objects.requireNonNull(TenantStore.at(c, path));
                    if (!there.kind().equals(request.kind())) {
                        throw new Rejected(
                                VendorsError.CODE_TAKEN, "code: is taken by another tenant");
                    }
                    return there;
                });
    }

    private static void check(CreateTenant request) {
        if (!PARENTS.containsKey(request.kind())) {
            throw Rejected.invalid("kind", "must be one of VENDOR, AGENT, DEALER, PARTNER");
        }
        if (!CODE.matcher(request.code()).matches() || request.code().equals(PLATFORM_CODE)) {
            throw Rejected.invalid("code", "must be four of A-Z and 0-9, not 0000");
        }
        if (request.name().isBlank() || request.name().length() > 64) {
            throw Rejected.invalid("name", "must have 1 to 64 characters");
        }
    }

    private String zone(@Nullable String given, @Nullable Tenant parent) {
        if (given == null) {
            return parent == null ? usualZone : parent.zone();
        }
        try {
            return ZoneId.of(given).getId();
        } catch (DateTimeException e) {
            throw Rejected.invalid("zone", "is no time zone");
        }
    }

    private String number() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
    }
}
