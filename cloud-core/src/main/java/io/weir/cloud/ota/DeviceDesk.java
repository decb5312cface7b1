package io.weir.cloud.ota;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.Block;
import io.weir.api.download.DownloadApi.GetBlock;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.cloud.facts.Places;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/** What devices ask about their firmware and jobs, and the firmware itself, block by block. */
final class DeviceDesk {
    private static final int BAD_PARAMETER = 460;
    private static final int NO_DEVICE = 6100;

    private final Tx tx;
    private final Places places;
    private final Pusher pusher;
    private final JobDesk jobs;

    DeviceDesk(Tx tx, Places places, Pusher pusher, JobDesk jobs) {
        this.tx = tx;
        this.places = places;
        this.pusher = pusher;
        this.jobs = jobs;
    }

    /** The gateway must be the device's, or have been: its word alone is no proof. */
    Answer answer(Call call, Question q) {
        Place place = place(q.deviceId(), q.gateway());
        if (place == null) {
            return Answer.refused(NO_DEVICE, "the device is not this gateway's");
        }
        JsonNode params;
        try {
            params = Json.tree(q.paramsJson());
        } catch (IllegalArgumentException e) {
            return Answer.refused(BAD_PARAMETER, "request parameter error");
        }
        return switch (q.method()) {
            case "thing.ota.firmware.get" -> firmware(place, params);
            case "thing.job.get" -> jobs.get(place, params);
            case "thing.job.update" -> jobs.update(place, params);
            default -> Answer.refused(BAD_PARAMETER, "no such method: " + q.method());
        };
    }

    private Answer firmware(Place place, JsonNode params) {
        JsonNode module = params.path("module");
        Offer offer =
                offer(place, module.isTextual() ? PackageHandlers.module(module.asText()) : null);
        return Answer.ok(offer == null ? "{}" : Json.text(offer));
    }

    /** What is under way goes on, whatever the hour: a gateway that restarted asks for it too. */
    private @Nullable Offer offer(Place place, @Nullable String module) {
        String device = place.deviceId();
        OfferStore.Open open = tx.system(c -> OfferStore.open(c, device, place.tenant(), module));
        if (open == null) {
            return null;
        }
        if (open.told()) {
            return tx.system(c -> OfferStore.offer(c, open.campaignId(), device));
        }
        return pusher.free(device)
                ? tx.system(c -> pusher.asked(c, open.campaignId(), device))
                : null;
    }

    Block block(Call call, GetBlock q) {
        Place place = place(q.deviceId(), q.gateway());
        if (q.offset() < 0 || q.offset() % DownloadApi.BLOCK_BYTES != 0) {
            throw Rejected.invalid("offset", "must be a multiple of " + DownloadApi.BLOCK_BYTES);
        }
        return tx.system(
                c -> {
                    if (place == null
                            || !OfferStore.fetches(
                                    c, q.deviceId(), place.tenant(), q.contentId())) {
                        throw new Rejected(
                                CommonError.FORBIDDEN, "this firmware is not offered to it");
                    }
                    return new Block(
                            PackageStore.block(
                                    c, q.contentId(), q.offset(), DownloadApi.BLOCK_BYTES));
                });
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
