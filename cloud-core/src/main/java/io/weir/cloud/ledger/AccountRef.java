package io.weir.cloud.ledger;

import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

/**
 * Names an account, which comes into being when it is first needed.
 *
 * @param owner member uid, tenant id, channel with vendor path, or empty for the platform's own
 * @param tenant the path whose scope sees it
 * @param member the member who may see it
 */
record AccountRef(AccountKind kind, String owner, String tenant, @Nullable String member) {
    static AccountRef wallet(String tenant, String uid) {
        return ofMember(AccountKind.WALLET, tenant, uid);
    }

    static AccountRef hold(String tenant, String uid) {
        return ofMember(AccountKind.HOLD, tenant, uid);
    }

    static AccountRef commissionPending(String tenant, String uid) {
        return ofMember(AccountKind.COMMISSION_PENDING, tenant, uid);
    }

    static AccountRef commission(String tenant, String uid) {
        return ofMember(AccountKind.COMMISSION, tenant, uid);
    }

    static AccountRef payable(String path, String tenantId) {
        return new AccountRef(AccountKind.PAYABLE, tenantId, path, null);
    }

    static AccountRef platformFee() {
        return new AccountRef(AccountKind.PLATFORM_FEE, "", Scope.PLATFORM.path(), null);
    }

    static AccountRef clearing(String channel, String tenant) {
        String vendor = Scope.vendorOf(tenant);
        return new AccountRef(AccountKind.CLEARING, channel + ":" + vendor, vendor, null);
    }

    static AccountRef badDebt(String tenant) {
        return ofVendor(AccountKind.BAD_DEBT, tenant);
    }

    static AccountRef unbilled(String tenant) {
        return ofVendor(AccountKind.UNBILLED, tenant);
    }

    /** Unique in the ledger, e.g. {@code wallet:DEMO0123456789ABCDEF}. */
    String code() {
        return owner.isEmpty() ? kind.prefix() : kind.prefix() + ":" + owner;
    }

    /** Members belong to the vendor, whatever dealer's device they stand at. */
    private static AccountRef ofMember(AccountKind kind, String tenant, String uid) {
        return new AccountRef(kind, uid, Scope.vendorOf(tenant), uid);
    }

    private static AccountRef ofVendor(AccountKind kind, String tenant) {
        String vendor = Scope.vendorOf(tenant);
        return new AccountRef(kind, vendor, vendor, null);
    }
}
