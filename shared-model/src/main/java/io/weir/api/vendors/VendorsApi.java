package io.weir.api.vendors;

import io.weir.api.Op;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What other contexts may ask of the vendors context: the tenant tree. */
public interface VendorsApi {
    /** The tenants on the way from the vendor down to a path, plus the vendor's partner. */
    Op<GetChain, Chain> CHAIN = Op.of("vendors.chain.v1", GetChain.class, Chain.class);

    /** A vendor by its number, for who isn't logged in yet. NOT_FOUND unless it is active. */
    Op<GetByVid, Tenant> BY_VID = Op.of("vendors.byvid.v1", GetByVid.class, Tenant.class);

    /** The vendor's WeChat public account. Never over HTTP. NOT_FOUND when it has none. */
    Op<GetWechatApp, WechatApp> WECHAT_APP =
            Op.of("vendors.wechat.v1", GetWechatApp.class, WechatApp.class);

    record GetChain(String tenant) {}

    record GetByVid(String vid) {}

    record GetWechatApp(String vid) {}

    record WechatApp(String appid, String secret) {
        @Override
        public String toString() {
            return "WechatApp[appid=" + appid + "]";
        }
    }

    /**
     * @param partner the partner who shares in what flows at this tenant, if any
     */
    record Chain(List<Tenant> tenants, @Nullable Tenant partner) {}

    /**
     * @param id the tenant's own number, 16 upper-case hex
     * @param kind VENDOR, AGENT, DEALER or PARTNER
     * @param zone time zone of its numbers and reports
     */
    record Tenant(String id, String path, String kind, String name, String zone) {}
}
