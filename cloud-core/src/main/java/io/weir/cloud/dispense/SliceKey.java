package io.weir.cloud.dispense;

import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Slice;
import io.weir.model.grant.StartBy;
import io.weir.runtime.crypto.PourCode;
import io.weir.runtime.crypto.Signer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Signs slices and makes their codes, both under keys derived from the platform's device key: the
 * same on every node and not in the database.
 */
final class SliceKey {
    private final byte[] codes;
    private final Signer signer;

    SliceKey(byte[] secret) {
        this.codes = Signer.mac(secret, "codes of slices");
        this.signer = Signer.derived(secret, "slices");
    }

    /** Reads the key, base64 in a file; the devices context has made it. */
    static SliceKey read(Path file) {
        try {
            return new SliceKey(Base64.getDecoder().decode(Files.readString(file).strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "slices are signed under the device key, but " + file + " can't be read", e);
        }
    }

    String publicKey() {
        return signer.publicKey();
    }

    /** The code that spends a slice; null for a button's. */
    @Nullable String code(PaidSlice slice) {
        return slice.startBy() == StartBy.CODE
                ? PourCode.of(codes, slice.order().member(), slice.order().deviceId(), slice.id())
                : null;
    }

    /** A slice that was handed out, as its gateway gets it. */
    SignedSlice signed(PaidSlice slice) {
        String code = code(slice);
        String journal = slice.standing().journal();
        if (journal == null) {
            throw new IllegalStateException("slice " + slice.id() + " is bound to no journal");
        }
        Slice signed =
                new Slice(
                        slice.grant(),
                        slice.kind(),
                        slice.standing().number(),
                        slice.order().gateway(),
                        journal,
                        slice.order().member(),
                        slice.order().terms().tariff(),
                        slice.startBy(),
                        code == null ? "" : PourCode.hash(slice.id(), code),
                        slice.expires().toEpochMilli(),
                        slice.order().command());
        return new SignedSlice(signed, signer.sign(signed.words()));
    }
}
