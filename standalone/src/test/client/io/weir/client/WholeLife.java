package io.weir.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.client.api.DevicesApi;
import io.weir.client.api.DispenseApi;
import io.weir.client.api.IngestApi;
import io.weir.client.api.LedgerApi;
import io.weir.client.api.OmsApi;
import io.weir.client.api.SharingApi;
import io.weir.client.model.AcceptShareRequest;
import io.weir.client.model.AddProductRequest;
import io.weir.client.model.BindDeviceRequest;
import io.weir.client.model.CreateDispenseRequest;
import io.weir.client.model.DispenseDispense;
import io.weir.client.model.DispensePrices;
import io.weir.client.model.OmsBatchFileRowsInner;
import io.weir.client.model.OmsFlowMeter;
import io.weir.client.model.OmsFlowMeterConfigInner;
import io.weir.client.model.OmsNumber;
import io.weir.client.model.OmsProduct;
import io.weir.client.model.OmsThingModel;
import io.weir.client.model.Outlet;
import io.weir.client.model.ProduceDevicesRequest;
import io.weir.client.model.PutTariffRequest;
import io.weir.client.model.SetDevicePropertiesRequest;
import io.weir.client.model.ShareDeviceRequest;
import io.weir.client.model.SharingShare;
import io.weir.client.model.SharingUsable;
import io.weir.client.model.TopUpWalletRequest;
import io.weir.e2e.ClientStory;
import io.weir.e2e.Wait;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Two members register; a dispenser is produced, connects and is bound by one of them, who shares
 * it with the other; that one locks it, pours and pays; then it is unbound. Every request is made
 * by the generated client.
 */
public final class WholeLife implements ClientStory {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration POUR = Duration.ofSeconds(60);
    // The generator sends the word null for a body that is left out, and null is no object.
    private static final Object NO_BODY = Map.of();
    private static final BigDecimal YUAN_A_LITRE = new BigDecimal("0.40");

    @Override
    public void tell(World world) throws Exception {
        Person vendor = Person.vendor(world);
        Person owner = Person.register(world, "13900000001", "Owner");
        Person guest = Person.register(world, "13900000002", "Guest");
        OmsBatchFileRowsInner made = produce(vendor, world.thingModel());
        String device = made.getDeviceId();
        try (Dispenser dispenser =
                world.connect(made.getProductKey(), made.getDeviceName(), made.getDeviceSecret())) {
            DevicesApi devices = new DevicesApi(vendor.client());
            Wait.until("the device is online", SOON, () -> online(devices, device));
            bind(owner, guest, device);
            share(owner, guest, device);
            command(guest, device);
            pour(guest, device, dispenser);
            unbind(owner, guest, device);
        }
    }

    private static OmsBatchFileRowsInner produce(Person vendor, String thingModel)
            throws ApiException {
        OmsApi oms = new OmsApi(vendor.client());
        OmsFlowMeterConfigInner cold =
                new OmsFlowMeterConfigInner().key(Outlet.COLD).value(100).mlPer1000Pulses(2222);
        OmsProduct product =
                oms.addProduct(
                                new AddProductRequest()
                                        .name("Dispenser of a generated client")
                                        .code("generated-client")
                                        .thingModel(new OmsThingModel(thingModel))
                                        .productKey("generatedClient")
                                        .productSecret("secretOfGeneratedClient")
                                        .flowmeter(
                                                new OmsFlowMeter()
                                                        .measureMode(
                                                                OmsFlowMeter.MeasureModeEnum
                                                                        .NUMBER_0)
                                                        .config(List.of(cold))))
                        .getData();
        assertThat(product.getProductKey()).isEqualTo("generatedClient");
        int batch =
                oms.produceDevices(
                                new ProduceDevicesRequest()
                                        .name("One")
                                        .amount(1)
                                        .productId(new OmsNumber(product.getId()))
                                        .batchNo("GENERATED-1"))
                        .getData()
                        .getId();
        assertThat(oms.confirmBatch(batch, NO_BODY).getData().getConfirmed()).isTrue();
        List<OmsBatchFileRowsInner> rows = oms.downloadBatch(batch, NO_BODY).getData().getRows();
        assertThat(rows).hasSize(1);
        OmsBatchFileRowsInner made = rows.getFirst();
        new DispenseApi(vendor.client())
                .putTariff(
                        made.getDeviceId(),
                        new PutTariffRequest().prices(new DispensePrices().cold(YUAN_A_LITRE)));
        return made;
    }

    private static boolean online(DevicesApi devices, String device) {
        try {
            return devices.getDevice(device).getData().getOnline();
        } catch (ApiException e) {
            throw new IllegalStateException(e.getResponseBody(), e);
        }
    }

    private static void bind(Person owner, Person guest, String device) throws ApiException {
        SharingApi sharing = new SharingApi(owner.client());
        var binding = sharing.bindDevice(device, new BindDeviceRequest()).getData();
        assertThat(binding.getUid()).isEqualTo(owner.uid());
        assertThat(usable(owner))
                .singleElement()
                .returns(device, SharingUsable::getDeviceId)
                .returns(SharingUsable.HowEnum.HOLDER, SharingUsable::getHow);
        refused(409, "ALREADY_BOUND", () -> bindAlso(guest, device));
        refused(403, "NOT_SHARED", () -> order(guest, device));
    }

    private static void bindAlso(Person guest, String device) throws ApiException {
        new SharingApi(guest.client()).bindDevice(device, new BindDeviceRequest());
    }

    private static void share(Person owner, Person guest, String device) throws ApiException {
        SharingShare offer =
                new SharingApi(owner.client())
                        .shareDevice(
                                device,
                                new ShareDeviceRequest()
                                        .rights(
                                                List.of(
                                                        ShareDeviceRequest.RightsEnum.VIEW,
                                                        ShareDeviceRequest.RightsEnum.CONTROL,
                                                        ShareDeviceRequest.RightsEnum.DISPENSE)))
                        .getData();
        assertThat(offer.getState()).isEqualTo(SharingShare.StateEnum.OFFERED);
        SharingShare share =
                new SharingApi(guest.client())
                        .acceptShare(new AcceptShareRequest().code(offer.getCode()))
                        .getData();
        assertThat(share.getState()).isEqualTo(SharingShare.StateEnum.ACCEPTED);
        assertThat(share.getUid()).isEqualTo(guest.uid());
        assertThat(share.getShareId()).isEqualTo(offer.getShareId());
        assertThat(usable(guest))
                .singleElement()
                .returns(SharingUsable.HowEnum.SHARE, SharingUsable::getHow);
    }

    /** The guest locks the dispenser's buttons; the device answers, and tells so by itself. */
    private static void command(Person guest, String device) throws ApiException {
        var lock = new SetDevicePropertiesRequest().params(Map.of("child_lock", 1));
        var answer = new DevicesApi(guest.client()).setDeviceProperties(device, lock).getData();
        assertThat(answer.getCode()).isEqualTo(200);
        Wait.until("the device is locked", SOON, () -> locked(guest, device));
    }

    private static boolean locked(Person guest, String device) {
        try {
            return new IngestApi(guest.client())
                    .deviceProperties(device).getData().stream()
                            .anyMatch(
                                    p ->
                                            p.getIdentifier().equals("child_lock")
                                                    && String.valueOf(p.getValue())
                                                            .startsWith("1"));
        } catch (ApiException e) {
            throw new IllegalStateException(e.getResponseBody(), e);
        }
    }

    private static void pour(Person guest, String device, Dispenser dispenser) throws ApiException {
        LedgerApi ledger = new LedgerApi(guest.client());
        BigDecimal ten = new BigDecimal("10.00");
        ledger.topUpWallet(
                guest.uid(),
                key(),
                new TopUpWalletRequest().amount(ten).channel(TopUpWalletRequest.ChannelEnum.LAB));
        String id = order(guest, device).getDispenseId();
        DispenseApi dispenses = new DispenseApi(guest.client());
        DispenseDispense done = Wait.forValue("it is settled", POUR, () -> captured(dispenses, id));
        assertThat(done.getMemberUid()).isEqualTo(guest.uid());
        assertThat(done.getBilledMl().longValue())
                .isBetween(480L, Math.min(500L, dispenser.poured(id)));
        assertThat(done.getCharged()).isPositive();
        assertThat(ledger.getWallet(guest.uid()).getData().getAvailable())
                .isEqualByComparingTo(ten.subtract(done.getCharged()));
    }

    private static DispenseDispense order(Person member, String device) throws ApiException {
        return new DispenseApi(member.client())
                .createDispense(
                        device,
                        key(),
                        new CreateDispenseRequest().outlet(Outlet.COLD).volumeMl(500))
                .getData();
    }

    private static DispenseDispense captured(DispenseApi dispenses, String id) {
        try {
            DispenseDispense now = dispenses.getDispense(id).getData();
            return now.getState() == DispenseDispense.StateEnum.CAPTURED ? now : null;
        } catch (ApiException e) {
            throw new IllegalStateException(e.getResponseBody(), e);
        }
    }

    private static void unbind(Person owner, Person guest, String device) throws ApiException {
        refused(404, "NOT_FOUND", () -> new SharingApi(guest.client()).unbindDevice(device));
        new SharingApi(owner.client()).unbindDevice(device);
        assertThat(usable(owner)).isEmpty();
        assertThat(usable(guest)).as("shares end with the binding").isEmpty();
    }

    private static List<SharingUsable> usable(Person member) throws ApiException {
        return new SharingApi(member.client()).listUserDevices(member.uid(), null, null).getData();
    }

    private static void refused(
            int status, String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ApiException refusal = catchThrowableOfType(ApiException.class, call);
        assertThat(refusal).as("refused with " + code).isNotNull();
        assertThat(refusal.getCode()).as(refusal.getResponseBody()).isEqualTo(status);
        assertThat(refusal.getResponseBody()).contains(code);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
