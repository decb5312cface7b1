package io.weir.cloud.subscription;

import io.vertx.core.Handler;
import io.vertx.core.net.NetSocket;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.sasl.ProtonSaslAuthenticator;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.Login;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Transport;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** SASL PLAIN: the user is the subscription's id, the password its secret. */
final class AmqpLogin implements ProtonSaslAuthenticator {
    static final String SUBSCRIPTION = "subscription";
    private static final int LONGEST = 512;

    private final Bus bus;
    private @Nullable ProtonConnection connection;
    private @Nullable Sasl sasl;
    private boolean asking;
    private boolean succeeded;

    AmqpLogin(Bus bus) {
        this.bus = bus;
    }

    @Override
    public void init(NetSocket socket, ProtonConnection connection, Transport transport) {
        this.connection = connection;
        Sasl server = transport.sasl();
        server.server();
        server.allowSkip(false);
        server.setMechanisms("PLAIN");
        this.sasl = server;
    }

    @Override
    public void process(Handler<Boolean> done) {
        Sasl server = sasl;
        if (server == null || asking || server.getRemoteMechanisms().length == 0) {
            done.handle(false);
            return;
        }
        String[] given = given(server);
        if (!"PLAIN".equals(server.getRemoteMechanisms()[0]) || given.length != 3) {
            server.done(Sasl.SaslOutcome.PN_SASL_AUTH);
            done.handle(true);
            return;
        }
        asking = true;
        bus.call(SubscriptionOps.LOGIN, new Login(given[1], given[2]), Call.system("amqp"))
                .onComplete(answer -> told(server, answer.result(), done));
    }

    private void told(Sasl server, @Nullable Subscription subscription, Handler<Boolean> done) {
        succeeded = subscription != null;
        if (subscription != null && connection != null) {
            connection.attachments().set(SUBSCRIPTION, Subscription.class, subscription);
        }
        server.done(succeeded ? Sasl.SaslOutcome.PN_SASL_OK : Sasl.SaslOutcome.PN_SASL_AUTH);
        done.handle(true);
    }

    /** authorisation id, user, password; fewer when it is no PLAIN response. */
    private static String[] given(Sasl server) {
        byte[] response = new byte[Math.min(server.pending(), LONGEST)];
        int read = server.recv(response, 0, response.length);
        return new String(response, 0, Math.max(0, read), StandardCharsets.UTF_8).split("\0", -1);
    }

    @Override
    public boolean succeeded() {
        return succeeded;
    }
}
