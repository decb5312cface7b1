package io.weir.cloud.configuration;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.configuration.ConfigurationApi.Offer;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.Block;
import io.weir.api.download.DownloadApi.GetBlock;
import io.weir.cloud.configuration.ConfigurationStore.InForce;
import io.weir.cloud.facts.Places;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * What devices ask (facts: alink.md section 6, row config get), and the bytes that gateways fetch
 * for them. As the system: the product may belong to a tenant above the device's.
 */
final class DeviceDesk {
    private static final int BAD_PARAMETER = 460;
    private static final int NO_DEVICE = 6100;
    private static final int NONE = 6710;
    private static final int OFF = 6713;

    private final Tx tx;
    private final Time time;
    private final Places places;

    DeviceDesk(Tx tx, Time time, Places places) {
        this.tx = tx;
        this.time = time;
        this.places = places;
    }

    /** The data of the answer is an {@link Offer}; the gateway makes Alink's words of it. */
    Answer answer(Call call, Question q) {
        Place place = place(q.deviceId(), q.gateway());
        if (place == null) {
            return Answer.refused(NO_DEVICE, "the device is not this gateway's");
        }
        if (!q.method().equals("thing.config.get") || !fits(q.paramsJson())) {
            return Answer.refused(BAD_PARAMETER, "request parameter error");
        }
        return tx.system(
                c -> {
                    InForce now = ConfigurationStore.inForce(c, place.productKey());
                    if (now == null || !now.enabled()) {
                        return Answer.refused(OFF, "remote configuration is switched off");
                    }
                    String id = now.configId();
                    if (id == null) {
                        return Answer.refused(NONE, "the product has no active configuration");
                    }
                    PushStore.fetched(c, place.deviceId(), id, time.now());
                    return Answer.ok(
                            Json.text(new Offer(place.deviceId(), id, now.size(), now.sha256())));
                });
    }

    private static boolean fits(String paramsJson) {
        try {
            JsonNode params = Json.tree(paramsJson);
            return params.path("configScope").asText().equals("product")
                    && params.path("getType").asText().equals("file");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Block block(Call call, GetBlock q) {
        Place place = place(q.deviceId(), q.gateway());
        if (q.offset() < 0 || q.offset() % DownloadApi.BLOCK_BYTES != 0) {
            throw Rejected.invalid("offset", "must be a multiple of " + DownloadApi.BLOCK_BYTES);
        }
        String document =
                place == null
                        ? null
                        : tx.system(
                                c ->
                                        ConfigurationStore.content(
                                                c, q.contentId(), place.productKey()));
        if (document == null) {
            throw new Rejected(CommonError.FORBIDDEN, "this configuration is not offered to it");
        }
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        int from = (int) Math.min(q.offset(), bytes.length);
        int to = Math.min(from + DownloadApi.BLOCK_BYTES, bytes.length);
        return new Block(Arrays.copyOfRange(bytes, from, to));
    }

    private @Nullable Place place(String device, String gateway) {
        places.load(Set.of(device));
        Place place = places.get(device);
        if (place == null || !place.mayTell(gateway)) {
            places.loadAnew(Set.of(device));
            place = places.get(device);
        }
        return place == null || !place.mayTell(gateway) ? null : place;
    }
}
