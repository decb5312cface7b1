package io.weir.cloud.subscription;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonServer;
import io.vertx.proton.ProtonServerOptions;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.GetSubscription;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;

import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * AMQP 1.0 for consumers: any client that speaks it (Qpid JMS, Proton, Azure's ..) receives a
 * subscription's messages, acknowledges them one by one and gives credit as it likes. On an event
 * loop.
 */
public final class AmqpVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpVerticle.class);

    private final AmqpConfig config;
    private final Bus bus;
    private final AtomicInteger open = new AtomicInteger();
    private final Metrics metrics;
    private @org.jspecify.annotations.Nullable ProtonServer server;

    public AmqpVerticle(AmqpConfig config, Bus bus, Metrics metrics) {
        this.config = config;
        this.bus = bus;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() throws UnknownHostException {
        if (config.port() == 0) {
            return Future.succeededFuture();
        }
        boolean tls = !config.certFile().isEmpty();
        if (!tls && !InetAddress.getByName(config.bind()).isLoopbackAddress()) {
            LOG.warn("AMQP is off on {}: it needs certFile and keyFile", config.bind());
            return Future.succeededFuture();
        }
        metrics.registry().gauge("weir.amqp.connections", open);
        var options = new ProtonServerOptions();
        options.setHost(config.bind()).setPort(config.port()).setIdleTimeout(120);
        if (tls) {
            options.setSsl(true)
                    .setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .setCertPath(config.certFile())
                                    .setKeyPath(config.keyFile()));
        }
        Promise<Void> listening = Promise.promise();
        server =
                ProtonServer.create(vertx, options)
                        .saslAuthenticatorFactory(() -> new AmqpLogin(bus))
                        .connectHandler(this::connected)
                        .listen(
                                done -> {
                                    if (done.succeeded()) {
                                        listening.complete();
                                    } else {
                                        listening.fail(done.cause());
                                    }
                                });
        return listening.future();
    }

    @Override
    public Future<?> stop() {
        ProtonServer listening = server;
        if (listening == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        listening.close(done -> closed.complete());
        return closed.future();
    }

    /** Behind the login. */
    private void connected(ProtonConnection connection) {
        Subscription subscription =
                connection.attachments().get(AmqpLogin.SUBSCRIPTION, Subscription.class);
        if (subscription == null || open.incrementAndGet() > config.connections()) {
            if (subscription != null) {
                open.decrementAndGet();
            }
            connection.disconnect();
            return;
        }
        Set<AmqpFeed> feeds = new HashSet<>();
        connection
                .setContainer("weir")
                .openHandler(done -> connection.open())
                .closeHandler(done -> connection.close())
                .disconnectHandler(
                        gone -> {
                            open.decrementAndGet();
                            feeds.forEach(AmqpFeed::end);
                        })
                .sessionOpenHandler(session -> session.open())
                .receiverOpenHandler(
                        link -> {
                            link.setCondition(condition("amqp:not-allowed", "nothing to send to"));
                            link.open();
                            link.close();
                        })
                .senderOpenHandler(link -> attach(link, subscription, feeds));
    }

    private void attach(ProtonSender link, Subscription subscription, Set<AmqpFeed> feeds) {
        // It acts for the tenant of the subscription, and can do nothing but read it.
        var consumer =
                new Actor(
                        "amqp-" + subscription.subscriptionId(),
                        Role.VENDOR,
                        Scope.tenant(subscription.tenant()));
        var call = new Call(consumer, null, "amqp-" + subscription.subscriptionId());
        bus.call(SubscriptionOps.GET, new GetSubscription(subscription.subscriptionId()), call)
                .onComplete(
                        done -> {
                            if (done.failed()) {
                                link.setCondition(
                                        condition("amqp:not-found", "the subscription is gone"));
                                link.open();
                                link.close();
                                return;
                            }
                            var feed =
                                    new AmqpFeed(
                                            vertx, bus, call, done.result(), link, config.window());
                            feeds.add(feed);
                            link.closeHandler(gone -> over(link, feed, feeds));
                            link.detachHandler(gone -> over(link, feed, feeds));
                            link.setSource(link.getRemoteSource());
                            link.open();
                            feed.start();
                        });
    }

    private static void over(ProtonSender link, AmqpFeed feed, Set<AmqpFeed> feeds) {
        feed.end();
        feeds.remove(feed);
        link.close();
    }

    private static ErrorCondition condition(String name, String text) {
        return new ErrorCondition(Symbol.valueOf(name), text);
    }
}
