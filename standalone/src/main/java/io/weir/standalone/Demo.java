package io.weir.standalone;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.Op;
import io.weir.api.devices.BatchOps;
import io.weir.api.devices.BatchOps.Credential;
import io.weir.api.devices.ProductOps;
import io.weir.api.dispense.TariffOps;
import io.weir.api.ledger.WalletOps;
import io.weir.api.members.MemberOps;
import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.model.Money;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The demo's world: vendor DEMO with an agent, a dealer and a partner, a dispenser of each measure
 * mode, a member with money and three referrers. Made through the same operations as everything
 * else, so it can't be what the platform forbids. What is there already stays; only passwords are
 * set anew when {@code demo.json} is missing.
 */
final class Demo {
    private static final String VENDOR = "/DEMO/";
    private static final String AGENT = "/DEMO/A001/";
    private static final String DEALER = "/DEMO/A001/D001/";
    private static final String MOBILE = "13800000001";
    private static final String OTHER_MOBILE = "13800000002";
    private static final Money FIRST_MONEY = Money.ofFen(5_000);
    private static final Money PRICE_PER_LITRE = Money.ofFen(30);
    private static final int ACTIVE = 2;

    /**
     * {@code demo.json}, for tools (DESIGN section 7).
     *
     * @param otherMember a second person, whose wallet is empty
     */
    record File(
            String api,
            String mqtt,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String edgeHttp,
            String page,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Login admin,
            VendorLogin vendor,
            MemberLogin member,
            MemberLogin otherMember,
            DeviceLogin device,
            List<DeviceLogin> devices,
            long priceFenPerLitre) {
        File at(String apiUrl, String mqttAddress) {
            return new File(
                    apiUrl,
                    mqttAddress,
                    edgeHttp,
                    apiUrl + "/d/" + device.deviceId(),
                    admin,
                    vendor,
                    member,
                    otherMember,
                    device,
                    devices,
                    priceFenPerLitre);
        }

        @Override
        public String toString() {
            return "demo.json";
        }
    }

    record Login(String user, String password) {}

    record VendorLogin(String user, String password, String vid) {}

    record MemberLogin(String uid, String mobile, String password) {}

    record DeviceLogin(
            String deviceId,
            String productKey,
            String deviceName,
            String deviceSecret,
            int measureMode) {}

    private final Bus bus;

    Demo(Bus bus) {
        this.bus = bus;
    }

    /** Makes what is missing; waits. */
    File make(String api, String mqtt, @Nullable String adminPassword) {
        Tenant vendor =
                ask(
                        VendorOps.CREATE_TENANT,
                        new VendorOps.CreateTenant(
                                "VENDOR", "/", "DEMO", "Demo Water · 示范饮水", null));
        ask(
                VendorOps.CREATE_TENANT,
                new VendorOps.CreateTenant("AGENT", VENDOR, "A001", "Demo Agent · 示范代理", null));
        ask(
                VendorOps.CREATE_TENANT,
                new VendorOps.CreateTenant("DEALER", AGENT, "D001", "Demo Dealer · 示范经销商", null));
        ask(
                VendorOps.CREATE_TENANT,
                new VendorOps.CreateTenant(
                        "PARTNER", VENDOR, "P001", "Demo Partner · 示范合作人", null));
        String vendorPassword = password();
        account(VENDOR, null, Role.VENDOR, "demo", null, vendorPassword, null);
        account(AGENT, null, Role.AGENT, "demo.agent", null, vendorPassword, null);
        account(DEALER, null, Role.DEALER, "demo.dealer", null, vendorPassword, null);
        String third = member(vendor, "Referrer 3", "13800000004", password(), null);
        String second = member(vendor, "Referrer 2", "13800000003", password(), third);
        String otherPassword = password();
        String first = member(vendor, "Referrer 1", OTHER_MOBILE, otherPassword, second);
        String memberPassword = password();
        String uid = member(vendor, "Demo Member · 示范会员", MOBILE, memberPassword, first);
        List<DeviceLogin> devices = new ArrayList<>();
        for (MeasureMode mode : MeasureMode.values()) {
            devices.add(dispenser(mode));
        }
        fill(uid);
        return new File(
                api,
                mqtt,
                null,
                api + "/d/" + devices.getFirst().deviceId(),
                adminPassword == null ? null : new Login("admin", adminPassword),
                new VendorLogin("demo", vendorPassword, vendor.id()),
                new MemberLogin(uid, MOBILE, memberPassword),
                new MemberLogin(first, OTHER_MOBILE, otherPassword),
                devices.getFirst(),
                devices,
                PRICE_PER_LITRE.fen());
    }

    private DeviceLogin dispenser(MeasureMode mode) {
        long product = product(mode);
        String batchNo = "DEMO-BATCH-" + mode.code();
        var found =
                ask(
                        BatchOps.LIST,
                        new BatchOps.ListBatches(null, batchNo, product, 1, 20, null, null));
        long batch =
                found.items().isEmpty()
                        ? ask(
                                        BatchOps.SUBMIT,
                                        new BatchOps.SubmitBatch(
                                                "Demo batch",
                                                1,
                                                product,
                                                batchNo,
                                                null,
                                                DEALER,
                                                List.of("DEMO0000000" + mode.code() + "WATER")))
                                .id()
                        : found.items().getFirst().id();
        ask(BatchOps.CONFIRM, new BatchOps.GetBatch(batch));
        Credential made = ask(BatchOps.DOWNLOAD, new BatchOps.GetBatch(batch)).rows().getFirst();
        if (found.items().isEmpty()) {
            tariff(made.deviceId());
        }
        return new DeviceLogin(
                made.deviceId(),
                made.productKey(),
                made.deviceName(),
                made.deviceSecret(),
                mode.code());
    }

    private long product(MeasureMode mode) {
        String code = "demo-dispenser-" + mode.code();
        var found =
                ask(
                        ProductOps.LIST,
                        new ProductOps.ListProducts(null, code, null, 1, 20, null, null));
        if (!found.items().isEmpty()) {
            return found.items().getFirst().id();
        }
        List<ProductOps.FlowConfig> outlets =
                List.of(
                        new ProductOps.FlowConfig(Outlet.NORMAL, null, 100, 2222L),
                        new ProductOps.FlowConfig(Outlet.COLD, null, 100, 2222L),
                        new ProductOps.FlowConfig(Outlet.WARM, null, 100, 2222L),
                        new ProductOps.FlowConfig(Outlet.HOT, null, 100, 2222L));
        return ask(
                        ProductOps.ADD,
                        new ProductOps.AddProduct(
                                "Demo dispenser, "
                                        + List.of("reports ml", "timed", "flow meter")
                                                .get(mode.code()),
                                code,
                                thingModel(),
                                "demoPK0000" + mode.code(),
                                random(16),
                                null,
                                new ProductOps.FlowMeter(mode, outlets),
                                false,
                                VENDOR))
                .id();
    }

    private void tariff(String device) {
        var prices =
                Map.of(
                        Outlet.NORMAL,
                        PRICE_PER_LITRE,
                        Outlet.COLD,
                        Money.ofFen(40),
                        Outlet.WARM,
                        PRICE_PER_LITRE,
                        Outlet.HOT,
                        Money.ofFen(50));
        ask(
                TariffOps.PUT,
                new TariffOps.PutTariff(
                        device,
                        TariffOps.AppliesTo.DEVICE,
                        prices,
                        new TariffOps.Split(300, 1000, 1500, 500),
                        List.of(1000, 500, 200)));
    }

    /** The first money, once: the same key never pays twice. */
    private void fill(String uid) {
        var member =
                new Call(
                        new Actor(uid, Role.MEMBER, Scope.member(VENDOR, uid)),
                        "demo-first-money",
                        "demo");
        var unused =
                bus.call(WalletOps.TOP_UP, new WalletOps.TopUp(uid, FIRST_MONEY, "lab"), member)
                        .await();
    }

    private String member(
            Tenant vendor, String name, String mobile, String password, @Nullable String referrer) {
        return account(VENDOR, vendor.id(), Role.MEMBER, name, mobile, password, referrer);
    }

    private String account(
            String tenant,
            @Nullable String vid,
            Role role,
            String name,
            @Nullable String mobile,
            String password,
            @Nullable String referrer) {
        return ask(
                        MemberOps.PUT_ACCOUNT,
                        new MemberOps.PutAccount(
                                tenant, vid, role, name, mobile, password, ACTIVE, referrer))
                .uid();
    }

    private <Q, R> R ask(Op<Q, R> op, Q request) {
        return bus.call(op, request, new Call(Actor.SYSTEM, "demo", "demo")).await();
    }

    private static JsonNode thingModel() {
        try (InputStream in = Demo.class.getResourceAsStream("/demo/dispenser.tsl.json")) {
            if (in == null) {
                throw new IllegalStateException("no demo/dispenser.tsl.json on the class path");
            }
            return Json.tree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String password() {
        return random(6);
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
