package io.weir.cloud.dispense;

import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.StartBy;

import java.time.Instant;

/**
 * What a member lets a device pour while the cloud is away.
 *
 * @param key the caller's idempotency key
 * @param slices how many; a button's grant is filled up to so many
 * @param template the order that each slice's dispense is made from; price and shares are frozen in
 *     it
 */
record QuotaGrant(
        String id,
        String key,
        GrantKind kind,
        StartBy startBy,
        int slices,
        Order template,
        Instant expires,
        boolean recalled) {
    /** One more slice of it. */
    PaidSlice slice(String id, Instant now) {
        Order order = template.named(id, PaidSlice.key(id), now);
        return new PaidSlice(this.id, kind, startBy, expires, order, PaidSlice.Standing.CREATED);
    }
}
