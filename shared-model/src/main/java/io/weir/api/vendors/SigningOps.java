package io.weir.api.vendors;

import io.weir.api.Done;
import io.weir.api.Op;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * Signing records (AX-09 to AX-12, P-002 to P-008): the vendor fills one in and submits it, the
 * platform signs or rejects it.
 */
public interface SigningOps {
    Op<OfVendor, List<Signing>> LIST =
            Op.listed("vendors.signing.list.v1", OfVendor.class, Signing.class);

    Op<AddSigning, Signing> ADD = Op.of("vendors.signing.add.v1", AddSigning.class, Signing.class);

    Op<ChangeSigning, Signing> CHANGE =
            Op.of("vendors.signing.change.v1", ChangeSigning.class, Signing.class);

    Op<RemoveSigning, Done> REMOVE =
            Op.of("vendors.signing.remove.v1", RemoveSigning.class, Done.class);

    /**
     * @param vid null = the caller's own
     */
    record OfVendor(@Nullable String vid) {}

    record AddSigning(
            @Nullable String vid,
            String agreement,
            String company,
            String licenceNo,
            String contact,
            String mobile,
            boolean submit) {}

    /**
     * @param to the state that it shall have; null leaves it
     * @param reason demanded when it is rejected or ended
     */
    record ChangeSigning(
            @Nullable String vid,
            long id,
            @Nullable String agreement,
            @Nullable String company,
            @Nullable String licenceNo,
            @Nullable String contact,
            @Nullable String mobile,
            @Nullable LocalDate validFrom,
            @Nullable LocalDate validTo,
            @Nullable String to,
            @Nullable String reason) {}

    record RemoveSigning(@Nullable String vid, long id) {}

    /**
     * @param state DRAFT, SUBMITTED, REJECTED, SIGNED or ENDED
     */
    record Signing(
            long id,
            String vid,
            String state,
            String agreement,
            String company,
            String licenceNo,
            String contact,
            String mobile,
            @Nullable LocalDate validFrom,
            @Nullable LocalDate validTo,
            String reason,
            Instant createTms,
            Instant changeTms) {}
}
