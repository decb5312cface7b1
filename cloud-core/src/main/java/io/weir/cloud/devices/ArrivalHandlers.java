package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.weir.api.Done;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Activated;
import io.weir.api.devices.RegistrationApi.Bootstrap;
import io.weir.api.devices.RegistrationApi.Endpoint;
import io.weir.api.devices.RegistrationApi.Hello;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/**
 * Where a device shall connect, by what gateways tell (facts: alink.md section 4). Anybody may ask:
 * the answer is a public address and nothing else.
 */
final class ArrivalHandlers {
    private final Tx tx;
    private final Time time;

    ArrivalHandlers(Tx tx, Time time) {
        this.tx = tx;
        this.time = time;
    }

    Endpoint bootstrap(Call call, Bootstrap request) {
        return tx.system(
                c -> {
                    for (Row row :
                            ArrivalStore.assigned(c, request.productKey(), request.deviceName())) {
                        String gateway = row.getString("gateway_id");
                        return ArrivalStore.address(
                                c,
                                gateway == null
                                        ? GatewayStore.defaultFor(c, row.getString("tenant"))
                                        : gateway);
                    }
                    return new Endpoint(RegistrationApi.NO_DEVICE, "no such device", null, 0);
                });
    }

    Done hello(Call call, Hello hello) {
        if (!hello.publicHost().matches("[A-Za-z0-9._:-]{1,128}")) {
            throw Rejected.invalid("public_host", "must be a name or an address");
        }
        if (hello.publicMqttPort() < 1 || hello.publicMqttPort() > 65_535) {
            throw Rejected.invalid("public_mqtt_port", "must be from 1 to 65535");
        }
        tx.system(
                c -> {
                    ArrivalStore.hello(c, hello, time.now());
                    return true;
                });
        return Done.DONE;
    }

    Done activated(Call call, Activated activated) {
        tx.system(
                c -> {
                    ArrivalStore.activated(c, activated, time.now());
                    return true;
                });
        return Done.DONE;
    }
}
