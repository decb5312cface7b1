package io.weir.edge.ingest.coap;

import org.eclipse.californium.core.coap.CoAP.Code;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.MediaTypeRegistry;
import org.eclipse.californium.core.coap.Option;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request of Californium's, and its one answer. */
final class CoapRequest {
    /** Aliyun's option for the token of {@code /auth}. */
    static final int TOKEN_OPTION = 2088;

    private final Exchange exchange;
    private final Request request;
    private final Runnable answered;

    /**
     * @param answered called once, with the answer
     */
    CoapRequest(Exchange exchange, Runnable answered) {
        this.exchange = exchange;
        this.request = exchange.getRequest();
        this.answered = answered;
    }

    Code code() {
        return request.getCode();
    }

    List<String> path() {
        return request.getOptions().getUriPath();
    }

    byte[] payload() {
        return request.getPayload();
    }

    InetAddress address() {
        return request.getSourceContext().getPeerAddress().getAddress();
    }

    /** Who the DTLS handshake has shown it is; null without DTLS. */
    @Nullable String identity() {
        return request.getSourceContext().getPeerIdentity() instanceof PreSharedKeyIdentity p
                ? p.getIdentity()
                : null;
    }

    /** Null when it brings none. */
    @Nullable String token() {
        List<Option> tokens = request.getOptions().getOthers(TOKEN_OPTION);
        return tokens.isEmpty()
                ? null
                : new String(tokens.getFirst().getValue(), StandardCharsets.UTF_8);
    }

    /** Any thread; once. */
    void answer(ResponseCode code, byte[] payload) {
        answered.run();
        Response response = new Response(code);
        if (payload.length > 0) {
            response.setPayload(payload);
            response.getOptions().setContentFormat(MediaTypeRegistry.APPLICATION_JSON);
        }
        exchange.sendResponse(response);
    }
}
