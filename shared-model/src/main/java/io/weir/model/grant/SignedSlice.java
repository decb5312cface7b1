package io.weir.model.grant;

/**
 * @param signature the cloud's Ed25519 signature over {@link Slice#words}, hex
 */
public record SignedSlice(Slice slice, String signature) {}
