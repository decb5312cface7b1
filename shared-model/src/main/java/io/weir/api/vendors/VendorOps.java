package io.weir.api.vendors;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * Vendors as the platform keeps them (AX-01 to AX-13) and as they see themselves, and the seeding
 * of the tenant tree over the bus.
 */
public interface VendorOps {
    /** The caller's own tenant. */
    Op<GetOwn, Vendor> GET_OWN = Op.of("vendors.own.v2", GetOwn.class, Vendor.class);

    Op<ListVendors, Page<Vendor>> LIST =
            Op.paged("vendors.list.v1", ListVendors.class, Vendor.class);

    /** Born unsigned (P-002), with the account of its owner. */
    Op<CreateVendor, Created> CREATE =
            Op.of("vendors.create.v1", CreateVendor.class, Created.class);

    /** NOT_FOUND, or GONE when it was closed. */
    Op<GetVendor, Vendor> GET = Op.of("vendors.get.v1", GetVendor.class, Vendor.class);

    Op<UpdateVendor, Created> UPDATE =
            Op.of("vendors.update.v1", UpdateVendor.class, Created.class);

    /** Ends all sessions of the owner. */
    Op<SetPassword, Created> SET_PASSWORD =
            Op.of("vendors.password.v1", SetPassword.class, Created.class);

    Op<SetMobile, Created> SET_MOBILE = Op.of("vendors.mobile.v1", SetMobile.class, Created.class);

    /** Public account and merchant; secrets are never read again over the API. */
    Op<SetMerchant, Created> SET_MERCHANT =
            Op.of("vendors.merchant.v1", SetMerchant.class, Created.class);

    Op<SetOptions, Created> SET_OPTIONS =
            Op.of("vendors.options.v1", SetOptions.class, Created.class);

    /** For ever: its people are out, code and number are not given again, the ledger stays. */
    Op<GetVendor, Done> CLOSE = Op.of("vendors.close.v1", GetVendor.class, Done.class);

    Op<GetOwn, Settings> GET_SETTINGS =
            Op.of("vendors.settings.get.v1", GetOwn.class, Settings.class);

    Op<Settings, Settings> SET_SETTINGS =
            Op.of("vendors.settings.set.v1", Settings.class, Settings.class);

    /**
     * Creates a tenant, or answers the one that is at this place already. Platform only; not on
     * HTTP. Vendors made so are born signed: the demo and installations from before signing.
     */
    Op<CreateTenant, Tenant> CREATE_TENANT =
            Op.of("vendors.tenant.create.v1", CreateTenant.class, Tenant.class);

    record GetOwn() {}

    record GetVendor(String vid) {}

    /** What every write of a vendor answers. */
    record Created(String vid) {}

    /**
     * @param sort name, reg_tms or vid
     */
    record ListVendors(
            @Nullable String name,
            @Nullable Integer state,
            @Nullable String area,
            @Nullable Boolean signed,
            String sort,
            String order,
            int limit,
            int offset) {}

    /**
     * @param user name that the owner logs in with
     * @param code VVVV of its numbers, four of A-Z and 0-9; null = one is chosen
     */
    record CreateVendor(
            String user,
            String pwd,
            @Nullable String code,
            String name,
            @Nullable String abbv,
            @Nullable String logo,
            @Nullable String domain,
            @Nullable String contact,
            @Nullable String mobile,
            @Nullable String wechat,
            @Nullable String email,
            @Nullable String area,
            @Nullable String address,
            @Nullable String mpGid,
            @Nullable String mpAppid,
            @Nullable String mpSecret,
            @Nullable String mchGid,
            @Nullable String mchAppid,
            @Nullable String mchSecret,
            @Nullable String remark,
            @Nullable String zone) {
        @Override
        public String toString() {
            return "CreateVendor[user=" + user + "]";
        }
    }

    /** What is left out stays. */
    record UpdateVendor(
            String vid,
            @Nullable String user,
            @Nullable String name,
            @Nullable String abbv,
            @Nullable String logo,
            @Nullable String domain,
            @Nullable String contact,
            @Nullable String mobile,
            @Nullable String wechat,
            @Nullable String email,
            @Nullable String area,
            @Nullable String address,
            @Nullable String remark) {}

    record SetPassword(String vid, String pwd) {
        @Override
        public String toString() {
            return "SetPassword[vid=" + vid + "]";
        }
    }

    record SetMobile(String vid, String mobile) {}

    record SetMerchant(
            String vid,
            @Nullable String mpGid,
            @Nullable String mpAppid,
            @Nullable String mpSecret,
            @Nullable String mchGid,
            @Nullable String mchAppid,
            @Nullable String mchSecret) {
        @Override
        public String toString() {
            return "SetMerchant[vid=" + vid + "]";
        }
    }

    /**
     * @param state 0 disabled, 1 inactive, 2 active; a disabled vendor's people are refused, its
     *     devices and members go on
     * @param allModules true lifts the cap, {@code modules} sets one
     */
    record SetOptions(
            String vid,
            @Nullable Integer state,
            @Nullable Boolean allModules,
            @Nullable List<String> modules) {}

    /**
     * How a vendor shows itself.
     *
     * @param zone of its numbers and reports
     */
    record Settings(
            @Nullable String zone,
            @Nullable String servicePhone,
            @Nullable String serviceHours,
            @Nullable String notice) {}

    /**
     * @param id,path,kind as in {@link Tenant}
     * @param vid the same as {@code id}, as the seed names it
     * @param user name of the owner's login
     * @param modules null = all
     * @param mpSecretSet whether there is one; itself it is never told
     */
    record Vendor(
            String id,
            String vid,
            String path,
            String kind,
            String name,
            String zone,
            int state,
            int type,
            boolean signed,
            @Nullable String user,
            String abbv,
            String logo,
            String domain,
            String contact,
            String mobile,
            String wechat,
            String email,
            String area,
            String address,
            String remark,
            String mpGid,
            String mpAppid,
            boolean mpSecretSet,
            String mchGid,
            String mchAppid,
            boolean mchSecretSet,
            @Nullable List<String> modules,
            Instant regTms) {}

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
