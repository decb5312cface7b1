package io.weir.cloud.vendors;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.vendors.VendorOps.Created;
import io.weir.api.vendors.VendorOps.SetMerchant;
import io.weir.api.vendors.VendorsApi.GetWechatApp;
import io.weir.api.vendors.VendorsApi.WechatApp;
import io.weir.cloud.seal.SealingKeys;
import io.weir.cloud.seal.SecretBox;
import io.weir.cloud.vendors.SecretStore.Sealed;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AX-07: public account and merchant. Secrets go in and never come out over the API; they
 * lie sealed under the key of the key file, or of the one before it until {@link #reseal} has been.
 */
final class Merchants {
    private static final Logger LOG = LoggerFactory.getLogger(Merchants.class);
    private static final int AT_ONCE = 100;
    private final Tx tx;
    private final Vendors vendors;
    private final SealingKeys keys;

    Merchants(Tx tx, Vendors vendors, SealingKeys keys) {
        this.tx = tx;
        this.vendors = vendors;
        this.keys = keys;
    }

    Created set(Call call, SetMerchant q) {
        vendors.find(Scope.PLATFORM, q.vid());
        var profile =
                new Profile(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        q.mpGid(),
                        q.mpAppid(),
                        q.mchGid(),
                        q.mchAppid());
        vendors.change(
                call,
                q.vid(),
                "merchant.change",
                (c, k) -> {
                    keep(c, q.vid(), "mp_secret", q.mpSecret());
                    keep(c, q.vid(), "mch_secret", q.mchSecret());
                    return k.with(profile.of(k.vendor()));
                });
        return new Created(q.vid());
    }

    void keep(String vid, @Nullable String mpSecret, @Nullable String mchSecret) {
        tx.system(
                c -> {
                    keep(c, vid, "mp_secret", mpSecret);
                    keep(c, vid, "mch_secret", mchSecret);
                    return vid;
                });
    }

    WechatApp wechat(GetWechatApp q) {
        return tx.system(
                c -> {
                    var kept = VendorStore.get(c, Scope.PLATFORM, q.vid());
                    String secret = open(c, q.vid(), "mp_secret");
                    if (kept == null || kept.vendor().mpAppid().isEmpty() || secret == null) {
                        throw Rejected.notFound("a WeChat account of vendor " + q.vid());
                    }
                    return new WechatApp(kept.vendor().mpAppid(), secret);
                });
    }

    /** Seals what lies under the old key anew, some at a time; true when nothing is left. */
    boolean reseal() {
        SecretBox box = keys.current();
        int moved =
                tx.system(
                        c -> {
                            int count = 0;
                            for (Sealed old : SecretStore.old(c, box.id(), AT_ONCE)) {
                                String secret = open(old);
                                seal(c, box, old.vid(), old.name(), secret);
                                count++;
                            }
                            return count;
                        });
        if (moved > 0) {
            LOG.info("{} secrets of vendors are sealed under key {} now", moved, box.id());
        }
        return moved < AT_ONCE;
    }

    /**
     * @param secret null leaves what is there, an empty one takes it away
     */
    private void keep(SqlConnection c, String vid, String name, @Nullable String secret) {
        if (secret == null) {
            return;
        }
        SecretStore.known(c, vid, name, !secret.isEmpty());
        if (secret.isEmpty()) {
            SecretStore.drop(c, vid, name);
        } else {
            seal(c, keys.current(), vid, name, secret);
        }
    }

    private static void seal(
            SqlConnection c, SecretBox box, String vid, String name, String secret) {
        Buffer sealed = box.seal(owner(vid, name), secret);
        SecretStore.set(c, new Sealed(vid, name, box.id(), sealed));
    }

    private @Nullable String open(SqlConnection c, String vid, String name) {
        Sealed sealed = SecretStore.get(c, vid, name);
        return sealed == null ? null : open(sealed);
    }

    private String open(Sealed sealed) {
        return keys.of(sealed.keyId()).open(owner(sealed.vid(), sealed.name()), sealed.sealed());
    }

    private static String owner(String vid, String name) {
        return "vendor:" + vid + ":" + name;
    }
}
