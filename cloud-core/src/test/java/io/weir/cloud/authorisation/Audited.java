package io.weir.cloud.authorisation;

import java.util.Set;

/** Which operations must leave an entry in the audit log: all that write, but for these. */
final class Audited {
    private static final Set<String> NOT =
            Set.of(
                    // Nothing is written, or only how far somebody has read.
                    "acknowledgeMessages",
                    "beginBindWechat",
                    "beginEnterByWechat",
                    "measureLatency",
                    "previewCampaign",
                    "tryScript",
                    // Sessions of a login are their own log.
                    "login",
                    "logout",
                    "refresh",
                    "omsToken",
                    // Dispenses and money have journals that prove more.
                    "createDispense",
                    "createGrant",
                    "stopDispense",
                    "topUpWallet");

    private Audited() {}

    static boolean must(String operationId, String method) {
        return !method.equals("get") && !NOT.contains(operationId) && !reads(operationId);
    }

    /** OMS reads by POST (O-001). */
    private static boolean reads(String operationId) {
        return operationId.startsWith("list")
                || operationId.startsWith("get")
                || operationId.matches("oms(Device|User)(Members|Groups|Devices)")
                || operationId.startsWith("omsList")
                || operationId.startsWith("omsGet");
    }
}
