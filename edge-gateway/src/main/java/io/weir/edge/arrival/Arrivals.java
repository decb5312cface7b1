package io.weir.edge.arrival;

import io.vertx.core.Future;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Activated;
import io.weir.api.devices.RegistrationApi.Bootstrap;
import io.weir.api.devices.RegistrationApi.Endpoint;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Hello;
import io.weir.api.devices.RegistrationApi.Register;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.edge.guard.TokenBuckets;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts a stranger's questions to the cloud, in either transport's name, at the rate that an address
 * has. What a product has the cloud counts, once the signature is right: else anybody could use up
 * a product's. Safe for any thread. Futures fail only with Rejected: UNAVAILABLE when nobody can
 * tell.
 */
public final class Arrivals {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);
    private static final int REMEMBERED = 20_000;

    /** What is asked of a stranger's registration, and what it came with. */
    public record Asked(
            Form form,
            String productKey,
            String deviceName,
            String random,
            String sign,
            String signMethod,
            boolean tls) {}

    private record Limits(
            ArrivalConfig config, TokenBuckets addresses, TokenBuckets bootstraps, Hello hello) {}

    private final CloudLink link;
    private final String gateway;
    private final Time time;
    private final Metrics metrics;
    private final String listenHost;
    private final int listenPort;
    private final Set<String> activated = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Limits limits;

    /**
     * @param listenHost where MQTT listens, which is this gateway's address when the settings name
     *     no public one
     */
    public Arrivals(
            CloudLink link,
            String gateway,
            Time time,
            Metrics metrics,
            String listenHost,
            int listenPort) {
        this.link = link;
        this.gateway = gateway;
        this.time = time;
        this.metrics = metrics;
        this.listenHost = listenHost;
        this.listenPort = listenPort;
    }

    void start(ArrivalConfig c) {
        String host = c.publicHost().isEmpty() ? listenHost : c.publicHost();
        int port = c.publicMqttPort() == 0 ? listenPort : c.publicMqttPort();
        limits =
                new Limits(
                        c,
                        new TokenBuckets(c.registerBurst(), c.registerPerMinute(), REMEMBERED),
                        new TokenBuckets(c.bootstrapBurst(), c.bootstrapPerMinute(), REMEMBERED),
                        new Hello(gateway, host, port));
    }

    /** The settings, once they are known. */
    public ArrivalConfig config() {
        return limits().config;
    }

    public Time time() {
        return time;
    }

    /** Where devices reach this very gateway. */
    public Hello own() {
        return limits().hello;
    }

    /** Tells the cloud where devices reach this gateway, as long as it can be told. */
    void hello() {
        Hello hello = own();
        if (!link.up() || hello.publicMqttPort() == 0) {
            return;
        }
        link.call(RegistrationApi.HELLO, hello)
                .onFailure(e -> LOG.info("the cloud was not told our address: {}", e.getMessage()));
    }

    /**
     * @param party as whom the address is counted, see Guard
     * @param address as it is audited
     */
    public Future<Registered> register(Asked asked, String party, String address) {
        long now = time.tick().ms();
        Limits most = limits();
        if (!most.addresses.allow(party, now)) {
            count("register", RegistrationApi.TOO_MANY);
            return Future.succeededFuture(
                    Registered.refused(
                            RegistrationApi.TOO_MANY, "too many registrations, try later"));
        }
        return link.call(
                        RegistrationApi.REGISTER,
                        new Register(
                                gateway,
                                asked.form(),
                                asked.productKey(),
                                asked.deviceName(),
                                asked.random(),
                                asked.sign(),
                                asked.signMethod(),
                                asked.tls(),
                                address))
                .onComplete(
                        done -> count("register", done.succeeded() ? done.result().code() : 503));
    }

    public Future<Endpoint> bootstrap(String productKey, String deviceName, String party) {
        if (!limits().bootstraps.allow(party, time.tick().ms())) {
            count("bootstrap", RegistrationApi.TOO_MANY);
            return Future.succeededFuture(
                    new Endpoint(
                            RegistrationApi.TOO_MANY, "too many requests, try later", null, 0));
        }
        return link.call(RegistrationApi.BOOTSTRAP, new Bootstrap(gateway, productKey, deviceName))
                .onComplete(
                        done -> count("bootstrap", done.succeeded() ? done.result().code() : 503));
    }

    /**
     * A device has shown its secret where no presence tells of it. Told once in a gateway's life;
     * what fails is told again at the device's next login.
     */
    public void activated(String deviceId) {
        if (activated.size() >= REMEMBERED) {
            activated.clear();
        }
        if (!activated.add(deviceId)) {
            return;
        }
        link.call(RegistrationApi.ACTIVATED, new Activated(gateway, deviceId))
                .onFailure(e -> activated.remove(deviceId));
    }

    private void count(String what, int code) {
        metrics.registry()
                .counter("weir.arrival." + what, "code", String.valueOf(code))
                .increment();
    }

    private Limits limits() {
        Limits l = limits;
        if (l == null) {
            throw new Rejected(CommonError.UNAVAILABLE, "the gateway is starting");
        }
        return l;
    }
}
