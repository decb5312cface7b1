package io.weir.edge.ingest.coap;

import io.vertx.core.Context;
import io.weir.edge.guard.TokenBuckets;

import org.eclipse.californium.core.CoapServer;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.server.MessageDeliverer;
import org.eclipse.californium.elements.RawDataChannel;
import org.eclipse.californium.elements.UDPConnector;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.elements.config.UdpConfig;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Californium as we use it: one thread, bounded tables, no resources of its own, every request to
 * {@link CoapDesk}. What has no bound there (tasks, messages remembered to tell repeated ones) is
 * bounded by what we take from the network.
 */
final class CoapStack {
    private static final int PROTOCOL_TASKS = 2048;
    private static final int MINUTE = 60;
    private static final int BLOCK = 512;
    private static final int REMEMBER_S = 60;
    private static final int OUTGOING = 4096;
    private static final int HEADERS = 512;
    private static final int PEERS_MAX = 20_000;

    private final CoapIngest shared;
    private final CoapIngestConfig config;
    private final Context context;
    private final CoapDesk desk;
    private final TokenBuckets datagrams;
    private final ScheduledThreadPoolExecutor protocol = executor("weir-coap");
    private final ScheduledThreadPoolExecutor timers = executor("weir-coap-timers");

    CoapStack(CoapIngest shared, CoapIngestConfig config, Context context, CoapDesk desk) {
        this.shared = shared;
        this.config = config;
        this.context = context;
        this.desk = desk;
        int perSecond = config.datagramsPerSecond();
        this.datagrams = new TokenBuckets(perSecond, perSecond * MINUTE, 1);
    }

    private static ScheduledThreadPoolExecutor executor(String name) {
        return new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Not started yet. */
    CoapServer server(@Nullable InetSocketAddress plain, @Nullable InetSocketAddress dtls) {
        Configuration settings = settings();
        CoapServer server = new CoapServer(settings);
        server.setExecutors(protocol, timers, false);
        server.setMessageDeliverer(new Deliverer());
        if (plain != null) {
            UDPConnector socket =
                    new UDPConnector(plain, settings) {
                        @Override
                        public void setRawDataReceiver(RawDataChannel channel) {
                            super.setRawDataReceiver(bounded(channel));
                        }
                    };
            server.addEndpoint(
                    CoapEndpoint.builder().setConfiguration(settings).setConnector(socket).build());
        }
        if (dtls != null) {
            var secured =
                    DtlsConnectorConfig.builder(settings)
                            .setAddress(dtls)
                            .setAdvancedPskStore(new CoapPeer(shared.transport, context))
                            .build();
            DTLSConnector socket =
                    new DTLSConnector(secured) {
                        @Override
                        public void setRawDataReceiver(RawDataChannel channel) {
                            super.setRawDataReceiver(bounded(channel));
                        }
                    };
            server.addEndpoint(
                    CoapEndpoint.builder().setConfiguration(settings).setConnector(socket).build());
        }
        return server;
    }

    private Configuration settings() {
        Configuration c =
                new Configuration(
                        SystemConfig.DEFINITIONS,
                        CoapConfig.DEFINITIONS,
                        UdpConfig.DEFINITIONS,
                        DtlsConfig.DEFINITIONS);
        c.set(CoapConfig.MAX_ACTIVE_PEERS, PEERS_MAX);
        c.set(CoapConfig.EXCHANGE_LIFETIME, REMEMBER_S, TimeUnit.SECONDS);
        c.set(CoapConfig.PREFERRED_BLOCK_SIZE, BLOCK);
        c.set(CoapConfig.MAX_MESSAGE_SIZE, Math.min(config.payloadBytes(), 1024));
        c.set(CoapConfig.MAX_RESOURCE_BODY_SIZE, config.payloadBytes());
        c.set(CoapConfig.MAX_SERVER_OBSERVES, 1);
        c.set(UdpConfig.UDP_RECEIVER_THREAD_COUNT, 1);
        c.set(UdpConfig.UDP_SENDER_THREAD_COUNT, 1);
        c.set(UdpConfig.UDP_DATAGRAM_SIZE, Math.max(2048, config.payloadBytes() + HEADERS));
        c.set(UdpConfig.UDP_CONNECTOR_OUT_CAPACITY, OUTGOING);
        c.set(DtlsConfig.DTLS_ROLE, DtlsRole.SERVER_ONLY);
        c.set(DtlsConfig.DTLS_MAX_CONNECTIONS, config.dtlsConnections());
        c.set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1);
        c.set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
        c.set(DtlsConfig.DTLS_USE_HELLO_VERIFY_REQUEST_FOR_PSK, true);
        return c;
    }

    private RawDataChannel bounded(RawDataChannel channel) {
        return raw -> {
            if (protocol.getQueue().size() < PROTOCOL_TASKS
                    && datagrams.allow("all", shared.transport.nowMs())) {
                channel.receiveData(raw);
            } else {
                shared.dropped.increment();
            }
        };
    }

    private final class Deliverer implements MessageDeliverer {
        @Override
        public void deliverRequest(Exchange exchange) {
            boolean room = shared.inFlight.incrementAndGet() <= config.inFlightMax();
            CoapRequest request = new CoapRequest(exchange, shared.inFlight::decrementAndGet);
            if (room) {
                context.runOnContext(v -> desk.handle(request));
            } else {
                request.answer(ResponseCode.SERVICE_UNAVAILABLE, new byte[0]);
            }
        }

        @Override
        public void deliverResponse(Exchange exchange, Response response) {
            // We ask nobody.
        }
    }
}
