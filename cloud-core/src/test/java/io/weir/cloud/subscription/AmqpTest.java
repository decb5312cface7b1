package io.weir.cloud.subscription;

import static io.weir.cloud.subscription.SubscriptionWorld.as;
import static io.weir.cloud.subscription.SubscriptionWorld.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.GetSubscription;
import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.model.fact.Entry;
import io.weir.runtime.metrics.Metrics;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A consumer of the field: Qpid JMS, unmodified, over AMQP 1.0. */
class AmqpTest {
    private SubscriptionWorld world;
    private int port;

    @BeforeEach
    void start() throws IOException {
        world = new SubscriptionWorld();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var config = new AmqpConfig(port, "127.0.0.1", "", "", 3, 20);
        world.vertx.deployVerticle(new AmqpVerticle(config, world.bus, new Metrics())).await();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Connection connect(Subscription s, String secret) throws JMSException {
        var factory =
                new JmsConnectionFactory(s.subscriptionId(), secret, "amqp://127.0.0.1:" + port);
        Connection connection = factory.createConnection();
        connection.start();
        return connection;
    }

    private static MessageConsumer consume(Connection connection) throws JMSException {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        return session.createConsumer(session.createQueue("messages"));
    }

    @Test
    void messagesComeInOrderAndWhatIsAcknowledgedNeverAgain() throws Exception {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        world.take(IntStream.range(0, 50).mapToObj(i -> post("d1", i)).toArray(Entry[]::new));
        try (Connection connection = connect(s, s.secret())) {
            MessageConsumer consumer = consume(connection);
            List<Long> seen = new ArrayList<>();
            Message last = null;
            while (seen.size() < 30) {
                last = consumer.receive(10_000);
                assertThat(last).as("message %d", seen.size() + 1).isNotNull();
                seen.add(last.getLongProperty("seq"));
                if (seen.size() % 10 == 0) {
                    last.acknowledge(); // beyond the window of 20 it gets nothing otherwise
                }
            }
            assertThat(seen)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 30).mapToObj(i -> (long) i).toList());
            assertThat(((TextMessage) last).getText()).contains("\"payload\":{\"level\":29}");
            assertThat(last.getStringProperty("device_id")).isEqualTo("d1");
            assertThat(last.getStringProperty("kind")).isEqualTo("PROPERTY");
            awaitAcknowledged(s, 30);
        }
        try (Connection connection = connect(s, s.secret())) {
            Message next = consume(connection).receive(10_000);
            assertThat(next.getLongProperty("seq")).isEqualTo(31);
        }
    }

    @Test
    void whatComesWhileItWaitsIsPushed() throws Exception {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        try (Connection connection = connect(s, s.secret())) {
            MessageConsumer consumer = consume(connection);
            world.take(post("d1", 1));
            assertThat(consumer.receive(10_000)).isNotNull();
            world.take(post("d2", 2));
            assertThat(consumer.receive(10_000).getStringProperty("device_id")).isEqualTo("d2");
        }
    }

    @Test
    void aWrongSecretIsRefused() {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        assertThatThrownBy(() -> connect(s, "wrong")).isInstanceOf(JMSSecurityException.class);
    }

    @Test
    void nothingCanBeSent() throws Exception {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        try (Connection connection = connect(s, s.secret())) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(
                            () ->
                                    session.createProducer(session.createQueue("messages"))
                                            .send(session.createTextMessage("x")))
                    .isInstanceOf(JMSException.class);
        }
    }

    private void awaitAcknowledged(Subscription s, long seq) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
        while (Instant.now().isBefore(deadline)) {
            Subscription now =
                    world.ask(
                            as("/DEMO/"),
                            SubscriptionOps.GET,
                            new GetSubscription(s.subscriptionId()));
            if (now.acknowledged() == seq) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("not acknowledged up to " + seq);
    }
}
