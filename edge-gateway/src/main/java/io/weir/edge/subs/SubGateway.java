package io.weir.edge.subs;

import io.vertx.core.Future;
import io.weir.edge.alink.Sender;

/** A gateway device's connection, as its sub-devices see it. */
public interface SubGateway extends Sender {
    /** Those that are logged in over it. */
    SubDevices subs();

    /** Where it comes from, for presence. */
    String address();

    /** Is what is said over it encrypted? */
    boolean secure();

    /** An epoch for one more line; 0 when the cloud gives none in time. Never fails. */
    Future<Long> takeEpoch();
}
