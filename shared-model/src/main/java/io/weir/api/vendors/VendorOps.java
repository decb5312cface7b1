package io.weir.api.vendors;

import io.weir.api.Op;
import io.weir.api.vendors.VendorsApi.Tenant;

import org.jspecify.annotations.Nullable;

/** The tenant tree, as the HTTP API asks for it, and its seeding over the bus. */
public interface VendorOps {
    /** The caller's own tenant. */
    Op<GetOwn, Tenant> GET_OWN = Op.of("vendors.own.v1", GetOwn.class, Tenant.class);

    /**
     * Creates a tenant, or answers the one that is at this place already. Platform only; not on
     * HTTP.
     */
    Op<CreateTenant, Tenant> CREATE_TENANT =
            Op.of("vendors.tenant.create.v1", CreateTenant.class, Tenant.class);

    record GetOwn() {}

    /**
     * @param kind VENDOR (parent {@code /}), AGENT (below a vendor), DEALER (below an agent or
     *     vendor) or PARTNER (below any of them; shares in what flows there)
     * @param parent path of the tenant above
     * @param code four of A-Z and 0-9, unique below the parent; the vendor's is the VVVV of numbers
     * @param zone time zone; null = the parent's, for a vendor the setting's
     */
    record CreateTenant(
            String kind, String parent, String code, String name, @Nullable String zone) {}
}
