package io.weir.cloud.dispense;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.dispense.SliceApi.PullSlices;
import io.weir.api.dispense.SliceApi.Slices;
import io.weir.cloud.dispense.SliceInput.Served;
import io.weir.model.grant.SignedSlice;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A gateway asks for its slices: what buttons have used up is filled again, and what is held is
 * bound to its journal before it leaves. Whatever left counts as perhaps spent from then on.
 */
final class PullSlicesHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PullSlicesHandler.class);

    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final SlicesConfig config;
    private final SliceDesk desk;
    private final SliceKey key;
    private final DispenseIds ids;
    private final SliceStore slices = new SliceStore();
    private final GrantStore grants = new GrantStore();
    private final GatewaySlices ofGateway = new GatewaySlices();

    PullSlicesHandler(
            Bus bus, Tx tx, Time time, SlicesConfig config, SliceDesk desk, SliceKey key) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.desk = desk;
        this.key = key;
        this.ids = new DispenseIds(time);
    }

    Slices handle(Call call, PullSlices ask) {
        if (!call.actor().uid().equals("gateway:" + ask.gateway())) {
            throw new Rejected(CommonError.FORBIDDEN, "slices are for the gateway that asks");
        }
        Instant now = time.now();
        String known =
                tx.system(
                        c ->
                                slices.statementKey(
                                        c, ask.gateway(), ask.journal(), ask.statementKey(), now));
        if (!known.equals(ask.statementKey())) {
            LOG.error(
                    "gateway {} asks for journal {} under another key: a copied disk, or its key"
                            + " was replaced",
                    ask.gateway(),
                    ask.journal());
            tx.system(
                    c -> {
                        slices.copied(c, ask.gateway(), ask.journal(), now);
                        return true;
                    });
            throw new Rejected(CommonError.FORBIDDEN, "this journal has another statement key");
        }
        takeBackMoved(ask.gateway(), now);
        fill(ask.gateway(), now).forEach(desk::hold);
        List<PaidSlice> offered = tx.system(c -> offer(c, ask, now));
        List<SignedSlice> signed = new ArrayList<>();
        List<String> recalled = new ArrayList<>();
        for (PaidSlice slice : offered) {
            if (slice.standing().state() == SliceState.SERVED) {
                signed.add(key.signed(slice));
            }
            if (slice.standing().recalled()) {
                recalled.add(slice.id());
            }
        }
        return new Slices(signed, recalled, key.publicKey(), time.now().toEpochMilli());
    }

    /** A device that has another gateway by now sells nothing more at this one. */
    private void takeBackMoved(String gateway, Instant now) {
        List<String> devices = tx.system(c -> ofGateway.devices(c, gateway, now));
        if (devices.isEmpty()) {
            return;
        }
        Set<String> moved = new HashSet<>();
        for (Place place :
                bus.call(DevicesApi.PLACES, new GetPlaces(devices), Call.system("slices"))
                        .await()) {
            if (place.gateway() != null && !gateway.equals(place.gateway())) {
                moved.add(place.deviceId());
            }
        }
        if (!moved.isEmpty()) {
            LOG.info("gateway {} has no more slices of {}: they moved", gateway, moved);
            tx.system(
                    c -> {
                        ofGateway.recall(c, gateway, moved, now);
                        return true;
                    });
        }
    }

    private List<PaidSlice> fill(String gateway, Instant now) {
        return tx.system(
                c -> {
                    List<PaidSlice> fresh = new ArrayList<>();
                    Instant refused = now.minus(config.refillPause());
                    for (QuotaGrant g : grants.wanting(c, gateway, now, refused, config.batch())) {
                        for (int i = 0; i < g.slices(); i++) {
                            fresh.add(g.slice(ids.next(), now));
                        }
                    }
                    slices.insert(c, fresh, now, now.plus(config.retry()));
                    return fresh;
                });
    }

    private List<PaidSlice> offer(io.vertx.sqlclient.SqlConnection c, PullSlices ask, Instant now) {
        List<PaidSlice> offers =
                slices.offers(c, ask.gateway(), ask.journal(), now, config.batch());
        int fresh =
                (int) offers.stream().filter(s -> s.standing().state() == SliceState.HELD).count();
        if (fresh == 0) {
            return offers;
        }
        long number = slices.numbers(c, ask.gateway(), ask.journal(), fresh);
        List<PaidSlice> served = new ArrayList<>();
        for (PaidSlice slice : offers) {
            PaidSlice after = slice;
            if (slice.standing().state() == SliceState.HELD) {
                Served input = new Served(ask.journal(), number++);
                after = slice.with(SliceFlow.apply(slice.standing(), input));
                slices.save(c, after, now);
            }
            served.add(after);
        }
        return served;
    }
}
