package io.weir.model.fact;

/**
 * A device came or went.
 *
 * @param connection number of the connection at this gateway's boot, rising
 * @param address remote host:port
 * @param reason why it went; empty when it came
 */
public record PresenceFact(long connection, String address, String reason) {}
