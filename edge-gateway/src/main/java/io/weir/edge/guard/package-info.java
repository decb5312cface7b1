/** Who may use how much of the gateway: token buckets, bans, the waiting room, drain, lag. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.guard;
