package io.weir.cloud.devices;

import io.weir.api.devices.TopologyOps.NodeType;

import org.jspecify.annotations.Nullable;

/**
 * May this device stand behind that one? Pure. Codes are Alink's (facts: alink.md section 10), in
 * the order in which a gateway hears of them: who does not own a device learns nothing of it.
 */
final class TopologyFlow {
    static final int OK = 200;
    static final int WRONG_SIGN = 401;
    static final int NO_GATEWAY = 403;
    static final int TOO_MANY = 428;
    static final int BAD_PARAMETER = 460;
    static final int DISABLED = 522;
    static final int NO_DEVICE = 6100;
    static final int NO_PRODUCT = 6250;
    static final int BAD_NAME = 6280;
    static final int WRONG_PRODUCT_SIGN = 6287;
    static final int ALREADY_ACTIVE = 6289;
    static final int ITSELF = 6402;

    private TopologyFlow() {}

    /**
     * A device as the topology sees it.
     *
     * @param tenant path of its owner
     * @param usable in stock, enabled, and its product is
     * @param parent the gateway device that it stands behind, null when none
     * @param subs how many stand behind it
     */
    record Node(
            String id,
            String tenant,
            NodeType type,
            boolean usable,
            @Nullable String parent,
            long subs) {}

    /** Is it a device that others may stand behind? */
    static int gateway(Node gateway) {
        return gateway.type() == NodeType.GATEWAY && gateway.parent() == null ? OK : NO_GATEWAY;
    }

    /**
     * @param sub null when there is none of that name
     * @param signed with its own secret, or added by staff
     */
    static int add(Node gateway, @Nullable Node sub, boolean signed) {
        if (gateway(gateway) != OK) {
            return NO_GATEWAY;
        }
        if (sub == null) {
            return NO_DEVICE;
        }
        if (sub.id().equals(gateway.id())) {
            return ITSELF;
        }
        if (!sub.tenant().equals(gateway.tenant())) {
            return NO_DEVICE;
        }
        if (sub.type() != NodeType.SUB || sub.subs() > 0) {
            return BAD_PARAMETER;
        }
        if (!signed) {
            return WRONG_SIGN;
        }
        return sub.usable() ? OK : DISABLED;
    }

    /**
     * May the gateway have the secret of a sub-device that was made in advance?
     *
     * @param activated it was connected once
     */
    static int register(Node gateway, @Nullable Node sub, boolean activated) {
        int code = add(gateway, sub, true);
        if (code != OK || sub == null) {
            return code;
        }
        boolean free = sub.parent() == null && !activated;
        return free || gateway.id().equals(sub.parent()) ? OK : ALREADY_ACTIVE;
    }

    /** With a bound on those behind one gateway; {@code more} are not behind it yet. */
    static int room(Node gateway, int more, int most) {
        return gateway.subs() + more > most ? TOO_MANY : OK;
    }

    /** Never a key's name (facts: alink.md section 0, point 2). */
    static String message(int code) {
        return switch (code) {
            case OK -> "success";
            case WRONG_SIGN, WRONG_PRODUCT_SIGN -> "wrong signature";
            case NO_GATEWAY -> "the device is no gateway";
            case TOO_MANY -> "too many sub-devices";
            case DISABLED -> "the sub-device is disabled";
            case NO_DEVICE -> "no such device";
            case NO_PRODUCT -> "no such product";
            case BAD_NAME -> "not a name for a device";
            case ALREADY_ACTIVE -> "the sub-device is already active";
            case ITSELF -> "a gateway cannot add itself";
            default -> "request parameter error";
        };
    }
}
