package io.weir.cloud.devices;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Register;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.RegistrationFlow.Asked;
import io.weir.cloud.devices.RegistrationFlow.Named;
import io.weir.cloud.devices.RegistrationFlow.Verdict;
import io.weir.cloud.devices.RegistrationStore.ProductSecret;
import io.weir.cloud.devices.RegistrationStore.Registering;
import io.weir.cloud.devices.RegistrationStore.Token;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.crypto.DeviceToken;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A device fetches its secret, or a token, with its product's secret. */
final class RegisterHandler {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_@.:-]{4,32}");
    private static final int RANDOM_MAX = 64;

    private final Tx tx;
    private final SecretBox box;
    private final Announcer announcer;
    private final Time time;
    private final int most;
    private final Serials serials = new Serials();
    private final RegistrationPace pace;

    RegisterHandler(Tx tx, SecretBox box, Announcer announcer, Time time, DevicesConfig config) {
        this.tx = tx;
        this.box = box;
        this.announcer = announcer;
        this.time = time;
        this.most = config.maxRegistered();
        this.pace = new RegistrationPace(config.registrationsPerMinute());
    }

    private record Done(Registered answer, long version) {}

    Registered handle(Call call, Register request) {
        AlinkSign method = AlinkSign.of(request.signMethod());
        if (method == null
                || request.random().isEmpty()
                || request.random().length() > RANDOM_MAX) {
            return Registered.refused(
                    RegistrationApi.BAD_PARAMETER, "wrong random number or signature method");
        }
        Done done;
        try {
            done = tx.system(c -> register(c, call, request, method));
        } catch (PgException e) {
            if (!"device_name_once".equals(e.getConstraint())) {
                throw e;
            }
            // Somebody made the same device in between: it is there now.
            done = tx.system(c -> register(c, call, request, method));
        }
        announcer.announce(done.version());
        return done.answer();
    }

    private Done register(SqlConnection c, Call call, Register request, AlinkSign method) {
        ProductSecret product = RegistrationStore.product(c, request.productKey());
        Verdict.Refuse refused = RegistrationFlow.refusal(asked(product, request, method));
        if (product == null || refused != null) {
            return refused(refused);
        }
        if (!pace.allow(product.id(), time.tick().ms())) {
            return new Done(
                    Registered.refused(
                            RegistrationApi.TOO_MANY, "too many registrations, try later"),
                    0);
        }
        Registering device =
                RegistrationStore.device(c, product.id(), request.deviceName(), request.gateway());
        Named named = device == null ? null : device.named();
        long made = RegistrationStore.made(c, product, request.productKey());
        return switch (RegistrationFlow.decide(request.form(), named, made, most)) {
            case Verdict.Refuse no -> refused(no);
            case Verdict.Make make -> make(c, call, request, product);
            case Verdict.Answer yes -> answer(c, call, request, device);
        };
    }

    private @Nullable Asked asked(
            @Nullable ProductSecret product, Register request, AlinkSign method) {
        if (product == null) {
            return null;
        }
        String content =
                AlinkSign.content(
                        Map.of(
                                "deviceName", request.deviceName(),
                                "productKey", request.productKey(),
                                "random", request.random()));
        String secret = box.open(AddProductHandler.owner(request.productKey()), product.secret());
        return new Asked(
                product.registration(),
                product.enabled(),
                method.matches(secret, content, request.sign()),
                product.requireTls() && !request.tls(),
                request.form());
    }

    /** It becomes the device of the gateway that it came to. */
    private Done make(SqlConnection c, Call call, Register request, ProductSecret product) {
        if (!NAME.matcher(request.deviceName()).matches()) {
            return new Done(
                    Registered.refused(RegistrationApi.BAD_NAME, "not a name for a device"), 0);
        }
        ChangeStore.shareProduct(c, product.id());
        String id = serials.next(product.tenant());
        while (RegistrationStore.taken(c, id)) {
            id = serials.next(product.tenant());
        }
        Instant now = time.now();
        RegistrationStore.make(
                c,
                product,
                request.productKey(),
                id,
                request.deviceName(),
                box.seal(id, box.newSecret()),
                request.gateway(),
                now);
        Registering made =
                RegistrationStore.device(c, product.id(), request.deviceName(), request.gateway());
        return answer(c, call, request, made);
    }

    private Done answer(
            SqlConnection c, Call call, Register request, @Nullable Registering device) {
        if (device == null) {
            throw new IllegalStateException("a device that was there is gone");
        }
        Instant now = time.now();
        RegistrationStore.answered(
                c, device.id(), device.tenant(), request.random(), request.address(), now);
        Deeds.add(
                c,
                call,
                now,
                device.tenant(),
                "device.register",
                "device:" + device.id(),
                request.form().name() + " from " + request.address());
        if (request.form() == Form.SECRET) {
            String secret = box.open(device.id(), device.secret());
            return new Done(
                    new Registered(RegistrationApi.SUCCESS, "success", secret, null, null), 0);
        }
        Token token = RegistrationStore.token(c, device.id());
        long version = 0;
        if (token == null) {
            token = newToken(device.id());
            String open = box.open(device.id(), token.token());
            RegistrationStore.setToken(
                    c, device.id(), token, DeviceToken.hash(token.clientId(), open));
            var marked = List.of(new Marked(device.id(), device.tenant()));
            version = ChangeStore.devices(c, request.gateway(), marked);
        }
        return new Done(
                new Registered(
                        RegistrationApi.SUCCESS,
                        "success",
                        null,
                        token.clientId(),
                        box.open(device.id(), token.token())),
                version);
    }

    /** 32 hex digits are told apart from others by nobody, so is the client id: both are random. */
    private Token newToken(String deviceId) {
        String token = box.newSecret() + box.newSecret();
        return new Token(box.newSecret(), box.seal(deviceId, token));
    }

    private static Done refused(Verdict.@Nullable Refuse no) {
        return new Done(
                no == null
                        ? Registered.refused(RegistrationApi.NO_PRODUCT, "no such product")
                        : Registered.refused(no.code(), no.message()),
                0);
    }
}
