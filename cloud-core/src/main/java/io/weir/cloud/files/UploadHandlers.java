package io.weir.cloud.files;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.files.FilesApi;
import io.weir.api.files.FilesApi.Piece;
import io.weir.cloud.facts.Places;
import io.weir.cloud.files.Upload.Conflict;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The device's side of uploads (facts: alink.md section 9). Everything may come twice: an upload
 * that is begun again under its {@code initUid} goes on where it was, a piece that is there already
 * is answered as if it were new.
 */
final class UploadHandlers {
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z][0-9A-Za-z_.]{0,99}");
    private static final int BAD_PARAMETER = 460;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY = 429;
    private static final int UID_MAX = 100;

    private final Tx tx;
    private final Time time;
    private final Places places;
    private final FilesConfig config;

    UploadHandlers(Tx tx, Time time, Places places, FilesConfig config) {
        this.tx = tx;
        this.time = time;
        this.places = places;
        this.config = config;
    }

    Answer ask(Call call, Question q) {
        Place place = place(q.deviceId(), q.gateway());
        if (place == null) {
            return Answer.refused(FORBIDDEN, "the device is not this gateway's");
        }
        JsonNode params = Json.tree(q.paramsJson());
        return switch (q.method()) {
            case "thing.file.upload.mqtt.init" -> init(place, params);
            case "thing.file.upload.mqtt.cancel" -> cancel(place, params);
            default -> Answer.refused(BAD_PARAMETER, "no such method: " + q.method());
        };
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

    private Answer init(Place place, JsonNode params) {
        String name = params.path("fileName").asText("");
        long size = params.path("fileSize").asLong(-2);
        Conflict conflict = conflict(params.path("conflictStrategy").asText("overwrite"));
        String checksum = params.path("ficValue").asText("");
        String uid = params.path("initUid").asText("");
        if (!NAME.matcher(name).matches()) {
            return refused("fileName: 1 to 100 letters, digits, dots and underscores");
        }
        if (size < -1 || size > config.fileBytes()) {
            return refused("fileSize: up to " + config.fileBytes() + " bytes, or -1");
        }
        if (conflict == null) {
            return refused("conflictStrategy: overwrite, append or reject");
        }
        if (!checksum.isEmpty() && !"crc64".equals(params.path("ficMode").asText())) {
            return refused("ficMode: only crc64");
        }
        if (checksum.length() > UID_MAX || uid.length() > UID_MAX) {
            return refused("ficValue, initUid: up to 100 characters");
        }
        var fresh =
                new Upload(
                        Letters.id(),
                        place.tenant(),
                        place.deviceId(),
                        name,
                        size,
                        conflict,
                        checksum,
                        uid,
                        0,
                        0,
                        false);
        return tx.system(c -> begin(c, fresh));
    }

    private Answer begin(SqlConnection c, Upload fresh) {
        FileStore.lock(c, fresh.deviceId());
        Upload going =
                FileStore.resumed(
                        c, fresh.tenant(), fresh.deviceId(), fresh.name(), fresh.initUid());
        if (going != null) {
            return begun(going);
        }
        Upload there = FileStore.finished(c, fresh.tenant(), fresh.deviceId(), fresh.name());
        if (there != null && fresh.conflict() == Conflict.REJECT) {
            return refused("fileName: a file of this name exists");
        }
        if (there == null
                && FileStore.count(c, fresh.tenant(), fresh.deviceId()) >= config.perDevice()) {
            return Answer.refused(TOO_MANY, "the device has too many files");
        }
        FileStore.insert(c, fresh, time.now());
        return begun(fresh);
    }

    private Answer cancel(Place place, JsonNode params) {
        String id = params.path("uploadId").asText("");
        return tx.system(
                c -> {
                    Upload u = FileStore.byId(c, id, place.deviceId());
                    if (u == null || u.finished()) {
                        return refused("uploadId: no such upload");
                    }
                    FileStore.delete(c, id);
                    return answer(new Told(id, null, null, null, null, null, null));
                });
    }

    Answer piece(Call call, Piece piece) {
        if (place(piece.deviceId(), piece.gateway()) == null) {
            return Answer.refused(FORBIDDEN, "the device is not this gateway's");
        }
        if (piece.bytes().length > FilesApi.PIECE_BYTES) {
            return refused("bSize: too much at once");
        }
        return tx.system(
                c -> {
                    FileStore.lock(c, piece.deviceId());
                    Upload u = FileStore.byId(c, piece.uploadId(), piece.deviceId());
                    return u == null ? refused("uploadId: no such upload") : take(c, u, piece);
                });
    }

    private Answer take(SqlConnection c, Upload u, Piece piece) {
        long end = piece.offset() + piece.bytes().length;
        boolean again = end <= u.received();
        if (u.finished()) {
            return again ? taken(u, piece, true) : refused("uploadId: is finished");
        }
        if (!again && piece.offset() != u.received()) {
            return refused("offset: " + u.received() + " is the next one");
        }
        if (end > config.fileBytes() || (u.size() >= 0 && end > u.size())) {
            return refused("bSize: more than the file's size");
        }
        Upload now = u;
        if (!again) {
            long crc = Crc64.of(u.crc(), piece.bytes());
            FileStore.piece(c, u, piece.bytes(), crc);
            now = received(u, end, crc);
        }
        boolean complete = piece.complete() || now.received() == now.size();
        return complete ? finish(c, now, piece) : taken(now, piece, false);
    }

    private Answer finish(SqlConnection c, Upload u, Piece piece) {
        if (u.size() >= 0 && u.received() != u.size()) {
            return refused("isComplete: bytes are missing from " + u.received());
        }
        if (!u.checksum().isEmpty() && !Crc64.equals(u.crc(), u.checksum())) {
            FileStore.delete(c, u.id());
            return refused("ficValue: is not that of what was received, the upload is dropped");
        }
        Upload there = FileStore.finished(c, u.tenant(), u.deviceId(), u.name());
        if (there != null && u.conflict() == Conflict.APPEND) {
            if (there.received() + u.received() > config.fileBytes()) {
                return refused("fileSize: the file would become too large");
            }
            FileStore.append(c, u, there, time.now());
            return taken(u, piece, true);
        }
        if (there != null) {
            FileStore.delete(c, there.id());
        }
        FileStore.finish(c, u.id(), time.now());
        return taken(u, piece, true);
    }

    private static Upload received(Upload u, long received, long crc) {
        return new Upload(
                u.id(),
                u.tenant(),
                u.deviceId(),
                u.name(),
                u.size(),
                u.conflict(),
                u.checksum(),
                u.initUid(),
                received,
                crc,
                false);
    }

    private static Answer begun(Upload u) {
        boolean checked = !u.checksum().isEmpty();
        return answer(
                new Told(
                        u.id(),
                        u.received(),
                        u.name(),
                        u.size(),
                        checked ? "crc64" : null,
                        checked ? u.checksum() : null,
                        null));
    }

    private static Answer taken(Upload u, Piece piece, boolean complete) {
        return answer(
                new Taken(
                        u.id(),
                        piece.offset(),
                        piece.bytes().length,
                        complete ? true : null,
                        complete ? "crc64" : null,
                        complete ? Long.toUnsignedString(u.crc()) : null));
    }

    private static @Nullable Conflict conflict(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "overwrite" -> Conflict.OVERWRITE;
            case "append" -> Conflict.APPEND;
            case "reject" -> Conflict.REJECT;
            default -> null;
        };
    }

    private static Answer refused(String why) {
        return Answer.refused(BAD_PARAMETER, why);
    }

    private static Answer answer(Object data) {
        return Answer.ok(Json.text(data));
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Told(
            @JsonProperty("uploadId") String uploadId,
            @JsonProperty("offset") @Nullable Long offset,
            @JsonProperty("fileName") @Nullable String fileName,
            @JsonProperty("fileSize") @Nullable Long fileSize,
            @JsonProperty("ficMode") @Nullable String ficMode,
            @JsonProperty("ficValue") @Nullable String ficValue,
            @JsonProperty("complete") @Nullable Boolean complete) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Taken(
            @JsonProperty("uploadId") String uploadId,
            @JsonProperty("offset") long offset,
            @JsonProperty("bSize") long size,
            @JsonProperty("complete") @Nullable Boolean complete,
            @JsonProperty("ficModeServer") @Nullable String ficMode,
            @JsonProperty("ficValueServer") @Nullable String ficValue) {}
}
