package io.weir.cloud.http;

import io.netty.util.NetUtil;
import io.vertx.ext.web.RoutingContext;

import java.util.Arrays;
import java.util.List;

/** Where a request comes from, for rate limits. */
final class ClientAddress {
    /** What one customer of a network has of IPv6, whichever address in it they use. */
    private static final int V6_BYTES = 8;

    private ClientAddress() {}

    /**
     * @param trustForwarded believe the proxy in front: what it added is the last entry of the last
     *     header, all before it came from the client
     */
    static String of(RoutingContext context, boolean trustForwarded) {
        var remote = context.request().remoteAddress();
        String direct = remote == null ? "unknown" : remote.hostAddress();
        if (!trustForwarded) {
            return whole(direct);
        }
        List<String> headers = context.request().headers().getAll("X-Forwarded-For");
        String last = headers.isEmpty() ? "" : headers.getLast();
        String forwarded = last.substring(last.lastIndexOf(',') + 1).trim();
        return whole(address(forwarded) ? forwarded : direct);
    }

    private static boolean address(String text) {
        return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
    }

    private static String whole(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes == null || bytes.length == 4
                ? address
                : NetUtil.bytesToIpAddress(Arrays.copyOf(Arrays.copyOf(bytes, V6_BYTES), 16));
    }
}
