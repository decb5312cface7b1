package io.weir.cloud.facts;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.fact.Frame;

import java.util.List;

/**
 * What a context does with facts. Runs on a virtual thread, straight down, inside one transaction
 * as {@code weir_system}; marks and positions are written in the same transaction, so that the
 * effect happens exactly once.
 *
 * <p>A failure that the database or the network is to blame for runs the batch again later. Any
 * other failure is taken as the fault of an entry: the batch is halved under savepoints until the
 * guilty entry is alone, and that one goes to the quarantine. So an applier may be called again
 * with parts of what it was called with, and must have no effect but SQL.
 */
@FunctionalInterface
public interface FactApplier {
    /**
     * @param frames new to this consumer, in order per gateway and journal, several gateways mixed;
     *     entries of devices that aren't the gateway's are already taken out when the {@link
     *     FactSpec} says so
     */
    void apply(SqlConnection tx, List<Frame> frames);

    /**
     * Before the transaction begins: the place to ask other contexts. A failure here runs the batch
     * again later.
     */
    default void prepare(List<Frame> frames) {}

    /** After the commit: the place for signals and metrics, which may be lost. */
    default void applied(List<Frame> frames) {}
}
