package io.weir.cloud.vendors;

import io.weir.api.vendors.VendorOps.Vendor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A tenant's profile while it is changed: what is null stays. */
record Profile(
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
        @Nullable String remark,
        @Nullable String mpGid,
        @Nullable String mpAppid,
        @Nullable String mchGid,
        @Nullable String mchAppid) {

    static Profile mobile(String mobile) {
        return new Profile(
                null, null, null, null, null, null, mobile, null, null, null, null, null, null,
                null, null, null);
    }

    Vendor of(Vendor v) {
        return new Vendor(
                v.id(),
                v.vid(),
                v.path(),
                v.kind(),
                or(name, v.name()),
                v.zone(),
                v.state(),
                v.type(),
                v.signed(),
                user == null ? v.user() : user,
                or(abbv, v.abbv()),
                or(logo, v.logo()),
                or(domain, v.domain()),
                or(contact, v.contact()),
                or(mobile, v.mobile()),
                or(wechat, v.wechat()),
                or(email, v.email()),
                or(area, v.area()),
                or(address, v.address()),
                or(remark, v.remark()),
                or(mpGid, v.mpGid()),
                or(mpAppid, v.mpAppid()),
                v.mpSecretSet(),
                or(mchGid, v.mchGid()),
                or(mchAppid, v.mchAppid()),
                v.mchSecretSet(),
                v.modules(),
                v.regTms());
    }

    static Vendor standing(
            Vendor v, int state, boolean signed, @Nullable List<String> modules, String zone) {
        return new Vendor(
                v.id(),
                v.vid(),
                v.path(),
                v.kind(),
                v.name(),
                zone,
                state,
                v.type(),
                signed,
                v.user(),
                v.abbv(),
                v.logo(),
                v.domain(),
                v.contact(),
                v.mobile(),
                v.wechat(),
                v.email(),
                v.area(),
                v.address(),
                v.remark(),
                v.mpGid(),
                v.mpAppid(),
                v.mpSecretSet(),
                v.mchGid(),
                v.mchAppid(),
                v.mchSecretSet(),
                modules,
                v.regTms());
    }

    private static String or(@Nullable String given, String there) {
        return given == null ? there : given;
    }
}
