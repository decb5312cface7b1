package io.weir.edge.guard;

/** All budgets that the messages of one connection are counted against. On its loop only. */
public final class Allowance {
    private static final long PAUSE_MIN_MS = 50;
    private static final long PAUSE_MAX_MS = 5_000;

    private final Budget device;
    private final Budget product;
    private final Budget tenant;

    Allowance(Budget device, Budget product, Budget tenant) {
        this.device = device;
        this.product = product;
        this.tenant = tenant;
    }

    /** Counts one message; false when some budget is overdrawn: then {@link #settle} tells. */
    public boolean spend(int size) {
        return device.spend(size) & product.spend(size) & tenant.spend(size);
    }

    /** Takes back the count of a message that was not let in after all. */
    public void refund(int size) {
        device.refund(size);
        product.refund(size);
        tenant.refund(size);
    }

    /**
     * @param nowMs monotonic
     * @return 0 when all is paid for; else how long to read nothing from this device, in ms: long
     *     enough that a flood costs few wake-ups, short enough that no keep-alive runs out
     */
    public long settle(long nowMs) {
        long wait =
                Math.max(
                        device.settle(nowMs),
                        Math.max(product.settle(nowMs), tenant.settle(nowMs)));
        return wait == 0 ? 0 : Math.clamp(wait, PAUSE_MIN_MS, PAUSE_MAX_MS);
    }
}
