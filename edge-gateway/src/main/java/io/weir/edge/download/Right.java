package io.weir.edge.download;

import java.time.Instant;

/** What an address says: this device may download this content until then. */
public record Right(String deviceId, Content content, Instant until) {}
