package io.weir.cloud.audit;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The hash of an entry: SHA-256 of its place, of the hash before it and of all its fields, each
 * with its length before it, so that no text can pass for two (ADR 017).
 */
final class Chain {
    private static final int ABSENT = -1;
    private static final byte[] BEGINNING = new byte[32];

    private Chain() {}

    /** What stands before the first entry. */
    static byte[] beginning() {
        return BEGINNING.clone();
    }

    /**
     * @param seq from 1
     * @param before the hash of the entry before
     */
    static byte[] hash(long seq, byte[] before, Kept e) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(seq);
            out.write(before);
            out.writeLong(e.id());
            out.writeLong(e.at().getEpochSecond());
            out.writeInt(e.at().getNano());
            for (String field :
                    Arrays.asList(
                            e.tenant(),
                            e.actor(),
                            e.role(),
                            e.scope(),
                            e.action(),
                            e.target(),
                            e.before(),
                            e.after(),
                            e.requestId())) {
                write(out, field);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return sha256(bytes.toByteArray());
    }

    private static void write(DataOutputStream out, @Nullable String field) throws IOException {
        if (field == null) {
            out.writeInt(ABSENT);
            return;
        }
        byte[] text = field.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
