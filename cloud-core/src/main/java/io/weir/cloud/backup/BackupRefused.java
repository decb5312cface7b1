package io.weir.cloud.backup;

/** What an operator asked for can't be done; the message says why and what to do instead. */
public final class BackupRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupRefused(String message) {
        super(message);
    }

    BackupRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
