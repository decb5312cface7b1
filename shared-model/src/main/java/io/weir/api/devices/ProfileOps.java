package io.weir.api.devices;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.dispense.OperationsOps.Usage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

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

    /** How much flowed, by day, month or year of the vendor's time zone. */
    Op<GetStatistics, Statistics> STATISTICS =
            Op.of("devices.statistics.get.v1", GetStatistics.class, Statistics.class);

    /** Back to what it was when it left the factory; its number and every posting stay. */
    Op<OfDevice, Done> CLEAR =
            Op.of("devices.clear.v1", OfDevice.class, Done.class).within(Duration.ofSeconds(60));

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
     * @param usage of this month
     */
    record Service(String deviceId, int state, @Nullable Instant expire, Usage usage) {}

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
            String lbsCoord,
            UseSums statistics) {}

    /**
     * Up to now, in the vendor's time zone.
     *
     * @param total since the present owner has it
     */
    record UseSums(Usage today, Usage month, Usage total) {}

    /**
     * @param by day, month or year
     */
    record GetStatistics(
            String deviceId, String by, @Nullable Instant from, @Nullable Instant to) {}

    /**
     * @param zone time zone that periods begin in
     * @param total of the periods
     */
    record Statistics(String deviceId, String zone, List<PeriodUse> periods, Usage total) {}

    /**
     * @param period e.g. 2026-11-23, 2026-11 or 2026
     */
    record PeriodUse(String period, Usage usage) {}
}
