package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A device on the HiveMQ client that posts its epoch and a number that only rises, each once. What
 * was confirmed to it goes into its {@link History}: the outside oracle of "stored exactly once".
 */
final class Poster implements AutoCloseable {
    private static final String EXTENSION = "|securemode=3,signmethod=hmacsha256|";

    private volatile String mqtt;
    private final JsonNode triple;
    private final DeviceHistory history;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Mqtt3AsyncClient client;
    private volatile int epoch;
    private volatile int window;

    private Poster(String mqtt, JsonNode triple, History history) {
        this.mqtt = mqtt;
        this.triple = triple;
        this.history = history.device(triple.get("device_id").asText());
    }

    /** Several may be the same device, on one gateway or on two, when they share a history. */
    static Poster connect(String mqtt, JsonNode triple, History history) {
        Poster poster = new Poster(mqtt, triple, history);
        poster.reconnect(Duration.ofSeconds(20));
        return poster;
    }

    String deviceId() {
        return triple.get("device_id").asText();
    }

    boolean connected() {
        return client.getState().isConnected();
    }

    /** To another gateway. Its numbers go on. */
    void moveTo(String otherMqtt) {
        mqtt = otherMqtt;
        reconnect(Duration.ofSeconds(30));
    }

    /** A new client: nothing of an older session can be sent again. */
    void reconnect(Duration within) {
        window = 0;
        Wait.until(deviceId() + " connects", within, this::tryConnect);
        inFlight.set(0);
    }

    private boolean tryConnect() {
        String name = triple.get("device_name").asText();
        String key = triple.get("product_key").asText();
        String client = deviceId();
        Mqtt3AsyncClient fresh =
                MqttClient.builder()
                        .useMqttVersion3()
                        .identifier(client + EXTENSION)
                        .serverHost(mqtt.split(":")[0])
                        .serverPort(Integer.parseInt(mqtt.split(":")[1]))
                        .buildAsync();
        // answers to posts come unasked; the PUBACK alone counts here
        fresh.publishes(MqttGlobalPublishFilter.ALL, answer -> {});
        String signed = "clientId" + client + "deviceName" + name + "productKey" + key;
        try {
            fresh.connectWith()
                    .cleanSession(true)
                    .keepAlive(60)
                    .simpleAuth()
                    .username(name + "&" + key)
                    .password(sign(signed).getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .send()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            Wait.pause(200);
            return false;
        }
        epoch = history.connect();
        this.client = fresh;
        return true;
    }

    /** Posts so many, without waiting. */
    void post(int count) {
        for (int i = 0; i < count; i++) {
            postOne();
        }
    }

    /** Keeps so many in flight until {@link #rest}. */
    void flood(int inFlightAtOnce) {
        window = inFlightAtOnce;
        while (inFlight.get() < inFlightAtOnce && connected()) {
            postOne();
        }
    }

    void rest() {
        window = 0;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** How many were confirmed so far to this device. */
    long acked() {
        return history.acked();
    }

    private void postOne() {
        Mqtt3AsyncClient mine = client;
        int of = epoch;
        long number = history.send(of);
        inFlight.incrementAndGet();
        String topic =
                "/sys/%s/%s/thing/event/property/post"
                        .formatted(
                                triple.get("product_key").asText(),
                                triple.get("device_name").asText());
        String body =
                "{\"id\":\"%d\",\"version\":\"1.0\",\"params\":{\"power_on_s\":%d,\"work_s\":%d},\"method\":\"thing.event.property.post\"}"
                        .formatted(number, number, of);
        mine.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(body.getBytes(StandardCharsets.UTF_8))
                .send()
                .whenComplete(
                        (done, failure) -> {
                            if (failure == null) {
                                history.acknowledge(number);
                            }
                            if (mine == client) {
                                inFlight.decrementAndGet();
                                if (failure == null && inFlight.get() < window) {
                                    postOne();
                                }
                            }
                        });
    }

    private String sign(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(
                            triple.get("device_secret").asText().getBytes(StandardCharsets.UTF_8),
                            "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        window = 0;
        client.disconnect();
    }
}
