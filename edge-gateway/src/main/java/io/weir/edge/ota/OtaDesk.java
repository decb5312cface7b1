package io.weir.edge.ota;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.Published;
import io.weir.api.ota.OtaApi;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.edge.alink.Questions;
import io.weir.edge.download.Content;
import io.weir.edge.download.Content.Source;
import io.weir.edge.download.DownloadDesk;
import io.weir.edge.link.CloudLink;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Offers firmware to devices in their dialect (facts: alink.md section 7). The C SDK scans text for
 * the first key of a name, so the envelope's keys come before {@code data}, and {@code extData},
 * which may hold any key, comes last in it.
 */
public final class OtaDesk {
    /** A device fetches no more than this over MQTT. */
    static final long MQTT_BYTES = 16 << 20;

    /** A stream has one file. */
    static final int FILE_ID = 1;

    private static final String PUSH = "/ota/device/upgrade/";

    private final AlinkServices alink;
    private final DeviceRegistry registry;
    private final DownloadDesk downloads;
    private final Offers offers = new Offers();
    private final AtomicLong ids;

    private OtaDesk(AlinkServices alink, DeviceRegistry registry, DownloadDesk downloads) {
        this.alink = alink;
        this.registry = registry;
        this.downloads = downloads;
        this.ids = new AtomicLong(alink.time().now().getEpochSecond());
    }

    /** Puts on all that devices say and ask of their firmware. */
    public static OtaDesk on(
            AlinkServices alink,
            DeviceRegistry registry,
            DownloadDesk downloads,
            Questions questions,
            CloudLink link,
            String gateway) {
        OtaDesk desk = new OtaDesk(alink, registry, downloads);
        FirmwareNews.on(alink);
        alink.on(Kind.FIRMWARE_GET, new FirmwareGet(desk, questions))
                .on(
                        Kind.FILE_DOWNLOAD,
                        new BlockDownload(desk, downloads, questions, link, gateway));
        return desk;
    }

    /** On the event loop that is to answer. */
    public void serve(CloudLink link) {
        link.serve(OtaApi.OFFER, (call, offer) -> offer(offer));
    }

    Offers offers() {
        return offers;
    }

    /**
     * Pushes an offer. Fails with Rejected: NOT_FOUND without such a device, CONFLICT while it
     * pours (a device that upgrades starts anew), DEVICE_OFFLINE, and as {@link #data} says.
     */
    private Future<Published> offer(Offer offer) {
        try {
            Device device = registry.find(offer.deviceId());
            if (device == null) {
                throw Rejected.notFound("device " + offer.deviceId());
            }
            if (alink.inlet().wants(offer.deviceId())) {
                throw new Rejected(CommonError.CONFLICT, "a dispense runs on the device");
            }
            return alink.downlink()
                    .publish(
                            new Publish(
                                    offer.deviceId(),
                                    PUSH + device.productKey() + "/" + device.deviceName(),
                                    push(data(offer)),
                                    1,
                                    false));
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    /** The push of these data. */
    byte[] push(String data) {
        return ("{\"id\":"
                        + ids.incrementAndGet()
                        + ",\"code\":\"1000\",\"message\":\"success\",\"data\":"
                        + data
                        + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What a device is told of an offer, in a push or in an answer; from now on it may download it.
     * Throws Rejected when it can't be offered from here: INVALID for what it says of itself,
     * UNAVAILABLE without HTTP.
     */
    String data(Offer offer) {
        Content content =
                new Content(Source.FIRMWARE, offer.packageId(), offer.size(), offer.sha256());
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("size", offer.size());
        data.put("version", offer.version());
        if (offer.mqtt()) {
            stream(offer, content);
            data.put("dProtocol", "mqtt");
            data.put("streamId", offer.streamId());
            data.put("streamFileId", FILE_ID);
        } else {
            data.put("url", downloads.address(offer.deviceId(), content));
        }
        if (offer.diff()) {
            data.put("isDiff", 1);
        }
        data.put("md5", offer.md5());
        data.put("sign", offer.sha256());
        data.put("signMethod", "SHA256");
        if (!offer.module().isEmpty()) {
            data.put("module", offer.module());
        }
        if (offer.extDataJson() != null) {
            data.put("extData", object(offer.extDataJson()));
        }
        return Json.text(data);
    }

    /** A device asks for it block by block from now on. */
    void stream(Offer offer, Content content) {
        if (offer.size() > MQTT_BYTES) {
            throw Rejected.invalid("size", "at most " + MQTT_BYTES + " bytes over MQTT");
        }
        downloads.begin(offer.deviceId(), content);
        offers.put(offer.deviceId(), offer.streamId(), content, downloads.config().offers());
    }

    private static JsonNode object(String json) {
        JsonNode tree;
        try {
            tree = Json.tree(json);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("ext_data_json", "must be JSON");
        }
        if (!tree.isObject()) {
            throw Rejected.invalid("ext_data_json", "must be an object");
        }
        return tree;
    }
}
