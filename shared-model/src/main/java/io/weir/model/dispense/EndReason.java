package io.weir.model.dispense;

/** Why the water stopped, or why it never ran. */
public enum EndReason {
    /** The ordered volume was reached. */
    LIMIT,
    /** The member pressed stop. */
    MEMBER,
    /** The device ended it: its own button, its own limit. */
    DEVICE,
    /** 30 s without flow. */
    NO_FLOW,
    /** The time limit was reached. */
    TIME_LIMIT,
    /** The edge restarted in the middle, stopped the device and read the counter. */
    EDGE_RESTART,
    /** The device did not stop when told to. */
    FAULT,
    /** The device moved to another gateway, which stopped it; both gateways' counters tell. */
    MOVED,
    /** No end ever came; captured at the last counter. */
    ORPHAN,
    /** Never opened: the device was not connected. */
    DEVICE_OFFLINE,
    /** Never opened: the device is faulted. */
    DEVICE_FAULTED,
    /** Never opened: another dispense runs on the device. */
    DEVICE_BUSY,
    /** Never opened: the device said no or never answered and no water flowed. */
    DEVICE_REFUSED,
    /** Never opened: the command came too late. */
    EXPIRED,
    /** Never opened: the command never reached the gateway. */
    NOT_PUBLISHED,
    /** Never opened: the wallet did not hold enough. */
    INSUFFICIENT_FUNDS,
    /** Never opened: the cloud broke off before it sent the command. */
    ABANDONED
}
