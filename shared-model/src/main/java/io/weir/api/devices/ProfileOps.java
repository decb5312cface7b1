package io.weir.api.devices;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.devices.DeviceOps.Device;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What is known of a device beside its model: configuration, basics, service, running state, and
 * its end (AB-04 to AB-09, AB-14).
 */
public interface ProfileOps {
    /** Members name and remark the devices that they hold; administrators all of it. */
    Op<Configure, Device> CONFIGURE = Op.of("devices.configure.v1", Configure.class, Device.class);

    Op<OfDevice, Basics> GET_BASICS = Op.of("devices.basics.get.v1", OfDevice.class, Basics.class);

    Op<SetBasics, Basics> SET_BASICS =
            Op.of("devices.basics.set.v1", SetBasics.class, Basics.class);

    Op<OfDevice, Service> GET_SERVICE =
            Op.of("devices.service.get.v1", OfDevice.class, Service.class);

    Op<SetService, Service> SET_SERVICE =
            Op.of("devices.service.set.v1", SetService.class, Service.class);

    Op<OfDevice, Running> GET_RUNNING =
            Op.of("devices.running.get.v1", OfDevice.class, Running.class);

    /** For ever: DEVICE_IN_USE while it dispenses; afterwards GONE, its number is never reused. */
    Op<OfDevice, Done> DEREGISTER = Op.of("devices.deregister.v1", OfDevice.class, Done.class);

    /** The same in the OMS dialect (2.12). */
    Op<OmsDevice, Done> OMS_REMOVE = Op.of("devices.oms.remove.v1", OmsDevice.class, Done.class);

    record OfDevice(String deviceId) {}

    record OmsDevice(String id) {}

    /**
     * @param type as in {@link Device}
     * @param manufactureTms when it left the factory
     */
    record Configure(
            String deviceId,
            @Nullable String name,
            @Nullable String remark,
            @Nullable Integer type,
            @Nullable String model,
            @Nullable String hwVersion,
            @Nullable String swVersion,
            @Nullable Instant manufactureTms) {}

    /**
     * What identifies hardware and network.
     *
     * @param devIdcd MAC or IMEI
     * @param lbsCoord where it stands, {@code longitude,latitude} in degrees
     */
    record Basics(
            String deviceId,
            String model,
            String hwVersion,
            String swVersion,
            @Nullable Instant manufactureTms,
            String platform,
            String project,
            String netEntry,
            String netType,
            String devIdcd,
            String simIccid,
            String lbsCoord) {}

    record SetBasics(
            String deviceId,
            @Nullable String platform,
            @Nullable String project,
            @Nullable String netEntry,
            @Nullable String netType,
            @Nullable String devIdcd,
            @Nullable String simIccid,
            @Nullable String lbsCoord) {}

    /**
     * @param state 0 none, 1 in service, 2 suspended, 3 expired
     * @param expire null = without an end
     */
    record Service(String deviceId, int state, @Nullable Instant expire) {}

    /**
     * @param unlimited true takes the end away
     */
    record SetService(
            String deviceId,
            @Nullable Boolean suspended,
            @Nullable Instant expire,
            @Nullable Boolean unlimited,
            String reason) {}

    /**
     * @param status the one derived status: unconfirmed, disabled, fault, expired, offline,
     *     running or idle
     */
    record Running(
            String deviceId,
            String status,
            boolean online,
            boolean fault,
            boolean running,
            @Nullable Instant onlineTms,
            @Nullable Instant offlineTms,
            String lbsCoord) {}
}
