package io.weir.api.devices;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;
import io.weir.model.dispense.Outlet;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Devices over HTTP (cloud API seed AB, OMS seed sections 2.7 to 2.18). */
public interface DeviceOps {
    Op<ListDevices, Page<Device>> LIST =
            Op.paged("devices.device.list.v1", ListDevices.class, Device.class);
    Op<OmsListDevices, Page<Device>> OMS_LIST =
            Op.paged("devices.device.oms-list.v1", OmsListDevices.class, Device.class);

    /** The devices of one batch, also those not yet in stock. */
    Op<BatchDevices, Page<Device>> OF_BATCH =
            Op.paged("devices.device.of-batch.v1", BatchDevices.class, Device.class);

    Op<GetDevice, Device> GET = Op.of("devices.device.get.v1", GetDevice.class, Device.class);
    Op<OmsGetDevice, Device> OMS_GET =
            Op.of("devices.device.oms-get.v1", OmsGetDevice.class, Device.class);
    Op<UpdateDevice, Device> UPDATE =
            Op.of("devices.device.update.v1", UpdateDevice.class, Device.class);
    Op<SetState, Device> SET_STATE = Op.of("devices.device.state.v1", SetState.class, Device.class);
    Op<AssignGateway, Device> ASSIGN =
            Op.of("devices.device.assign.v1", AssignGateway.class, Device.class);
    Op<SetProperties, CommandResult> SET_PROPERTIES =
            Op.of("devices.device.property-set.v1", SetProperties.class, CommandResult.class)
                    .within(Duration.ofSeconds(15));
    Op<InvokeService, CommandResult> INVOKE =
            Op.of("devices.device.service-invoke.v1", InvokeService.class, CommandResult.class)
                    .within(Duration.ofSeconds(15));

    /** Whose secrets a gateway may hold: what must get new ones when it is lost. */
    Op<ListExposed, Page<Exposed>> EXPOSED =
            Op.paged("devices.gateway.exposed.v1", ListExposed.class, Exposed.class);

    /** AB-02: devices that a maker numbered, into stock at once; all of them or none. */
    Op<RegisterDevices, Registered> REGISTER =
            Op.of("devices.device.enrol.v1", RegisterDevices.class, Registered.class)
                    .within(Duration.ofSeconds(15));

    /** What anybody may know who stands before the device: the scan page asks it before a login. */
    Op<GetDevice, PublicDevice> PUBLIC =
            Op.of("devices.device.public.v1", GetDevice.class, PublicDevice.class);

    /** Columns that {@code GET /devices} sorts by. */
    enum Sort {
        DEVICE_ID,
        NAME,
        CREATE_TMS
    }

    /**
     * @param vendorId the vendor's number
     * @param userId the member who holds the device
     * @param lifecycle where it stands, e.g. {@code INSTALLED}
     * @param sort lower-case name of a {@link Sort}
     * @param order asc or desc
     */
    record ListDevices(
            @Nullable String name,
            @Nullable String vendorId,
            @Nullable String userId,
            @Nullable String lifecycle,
            @Nullable String model,
            @Nullable Integer type,
            @Nullable Integer state,
            @Nullable Boolean online,
            @Nullable Long productId,
            String sort,
            String order,
            int limit,
            int offset) {}

    record OmsListDevices(
            @Nullable Long productId,
            @Nullable String name,
            int page,
            int pageSize,
            @Nullable Integer limit,
            @Nullable Integer offset) {}

    record BatchDevices(
            long id, int page, int pageSize, @Nullable Integer limit, @Nullable Integer offset) {}

    record ListExposed(String gateway, int limit, int offset) {}

    /**
     * @param tenant path of the owner
     * @param assigned to this gateway now; else it was before
     */
    record Exposed(String deviceId, String tenant, boolean assigned) {}

    /**
     * @param deviceIds the maker's serial numbers, verbatim
     * @param productId the device product
     * @param vendorId whose they are; null: the product's owner's
     * @param type as in {@link Device}
     */
    record RegisterDevices(
            List<String> deviceIds,
            long productId,
            @Nullable String vendorId,
            @Nullable Integer type,
            @Nullable String model,
            @Nullable String hwVersion,
            @Nullable String swVersion,
            @Nullable Instant manufactureTms) {}

    /**
     * @param produceId the batch that has their credentials
     */
    record Registered(long produceId, List<String> deviceIds) {}

    record GetDevice(String deviceId) {}

    record OmsGetDevice(String id) {}

    /**
     * What is null stays as it is.
     *
     * @param tenant path of the new owner, of the same vendor
     */
    record UpdateDevice(
            String id, @Nullable String name, @Nullable String remark, @Nullable String tenant) {}

    /**
     * @param state 0 disabled, 2 active
     */
    record SetState(String deviceId, int state) {}

    record AssignGateway(String deviceId, String gateway) {}

    /**
     * @param userId act as this member: their right is checked (O-027)
     */
    record SetProperties(String deviceId, @Nullable String userId, Map<String, Object> params) {}

    record InvokeService(
            String deviceId, @Nullable String userId, String service, Map<String, Object> params) {}

    /**
     * @param code the device's own code, 200 is success
     * @param data what it answered
     */
    record CommandResult(int code, Object data, String message) {}

    /**
     * A member sees device_id, name, status, online and outlets only.
     *
     * @param type 0 unknown, 1 sale, 2 time rental, 3 metered rental, 4 vending, 8 test
     * @param billing the product's billing scheme that goes with the type: 0 reserved, 1 sale, 2
     *     time, 4 metering, 8 vending
     * @param state 0 disabled, 1 not yet in stock, 2 active
     * @param status the one derived status to show: unconfirmed, disabled, offline, idle
     * @param produceId the batch it came from
     * @param vendorId the vendor's number; null when it is the platform's own
     * @param userId the member who holds it
     * @param userShare the members whom it is shared with
     * @param lifecycle where it stands between factory and scrap heap
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Device(
            String deviceId,
            String name,
            String status,
            boolean online,
            List<OutletView> outlets,
            @Nullable Integer type,
            @Nullable Integer billing,
            @Nullable Integer state,
            @Nullable Long productId,
            @Nullable String productName,
            @Nullable String productKey,
            @Nullable String deviceName,
            @Nullable String tenant,
            @Nullable String gateway,
            @Nullable Long produceId,
            @Nullable String vendorId,
            @Nullable String userId,
            @Nullable List<String> userShare,
            @Nullable String lifecycle,
            @Nullable String model,
            @Nullable String hwVersion,
            @Nullable String swVersion,
            @Nullable Instant manufactureTms,
            @Nullable String remark,
            @Nullable Instant createTms,
            @Nullable Instant atvTms,
            @Nullable Instant onlineTms,
            @Nullable Instant offlineTms) {}

    /**
     * @param value ml/s
     */
    record OutletView(Outlet key, long value) {}

    /**
     * @param vendor null when the device is the platform's own
     * @param usable false when it is disabled
     */
    record PublicDevice(
            String deviceId,
            String name,
            String productName,
            @Nullable PublicVendor vendor,
            boolean usable,
            boolean online,
            List<OutletView> outlets) {}

    record PublicVendor(String vid, String name) {}
}
