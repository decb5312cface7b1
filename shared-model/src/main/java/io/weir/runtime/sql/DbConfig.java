package io.weir.runtime.sql;

/**
 * Limits of the pools; when the wait queue is full a request is refused at once.
 *
 * @param waitQueue requests that may wait for a connection, per pool
 * @param acquireTimeoutMs how long one waits
 */
public record DbConfig(
        int appConnections,
        int systemConnections,
        int waitQueue,
        int acquireTimeoutMs,
        int statementTimeoutMs) {
    public static final DbConfig USUAL = new DbConfig(12, 12, 2000, 10_000, 30_000);
}
