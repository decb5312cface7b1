package io.weir.model.problem;

/** Why a command did not reach a device, or was not allowed to. */
public enum CommandError implements ErrorCode {
    /** The service or property belongs to the dispense engine (DESIGN section 5.7). */
    CONTROLLED_BY_DISPENSE(403),
    /** Not connected: nothing was sent, nothing is queued. */
    DEVICE_OFFLINE(409),
    /** Too many commands wait for this device's replies: nothing was sent. */
    TOO_MANY_COMMANDS(429),
    /** The product's script made no bytes of it: nothing was sent. */
    SCRIPT_FAILED(409),
    /** Sent, but no reply came in time: whether the device did it is unknown. */
    REPLY_TIMEOUT(503);

    private final int status;

    CommandError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
