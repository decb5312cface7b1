package io.weir.api.audit;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/** The audit log over HTTP (docs/audit.md, ADR 017). */
public interface AuditOps {
    Op<ListEntries, Page<Entry>> LIST =
            Op.paged("audit.entry.list.v1", ListEntries.class, Entry.class);

    /** Computes a whole chain of hashes anew. */
    Op<GetProof, Proof> PROOF =
            Op.of("audit.proof.v1", GetProof.class, Proof.class).within(Duration.ofSeconds(60));

    /**
     * What is null filters nothing.
     *
     * @param action the whole action, or what it begins with, e.g. {@code members.}
     * @param from the first moment
     * @param to the first moment that is too late
     */
    record ListEntries(
            @Nullable String actor,
            @Nullable String action,
            @Nullable String target,
            @Nullable Instant from,
            @Nullable Instant to,
            int limit,
            int offset) {}

    /**
     * @param tenant path of whom it was done to
     * @param actor who did it, {@code system} for Weir itself
     * @param scope path of the actor's own tenant
     * @param before as it was; null when it was not
     * @param after as it is now; null when it is no more
     * @param seq its place in the chain; null in the first second
     * @param hash 64 hex digits
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            long id,
            Instant at,
            String tenant,
            String actor,
            String role,
            String scope,
            String action,
            String target,
            @Nullable Object before,
            @Nullable Object after,
            String requestId,
            @Nullable Long seq,
            @Nullable String hash) {}

    /**
     * @param vendor four letters of the vendor's code; null = the caller's own chain
     */
    record GetProof(@Nullable String vendor) {}

    /**
     * @param chain path of the vendor, {@code /} for the platform's own
     * @param entries that the chain has
     * @param head hash of the last one; kept elsewhere it proves that nothing was cut off
     * @param intact every entry is there as it was written, and none is missing between
     * @param brokenAt the first place in the chain that is not as it was
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Proof(
            String chain,
            long entries,
            @Nullable String head,
            boolean intact,
            @Nullable Long brokenAt) {}
}
