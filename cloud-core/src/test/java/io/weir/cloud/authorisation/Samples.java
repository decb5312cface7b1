package io.weir.cloud.authorisation;

import io.weir.model.access.Role;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * For every operation of the contract, a request that succeeds: all its fields (path, query, body)
 * on something that belongs to a branch, made anew for each call. An operation without an entry
 * fails the test: whoever adds one says here what it works on.
 */
final class Samples {
    /** What a stranger of the same role must get. */
    enum Stranger {
        /** It is about one thing: 403, 404 or 422, and nothing of it is told. */
        REFUSED,
        /** It lists or sums up what is in scope: fine, without anything of the branch. */
        SEES_NOTHING,
        /** It belongs to nobody. */
        WELCOME
    }

    /**
     * @param ownOfMember whether a member of the same vendor is a stranger too
     * @param branchOnly whether an agent or dealer of the same vendor is a stranger too
     */
    record Sample(
            Stranger stranger,
            boolean ownOfMember,
            boolean branchOnly,
            BiFunction<Branch, Role, Map<String, Object>> fields) {}

    private final Map<String, Sample> samples = new TreeMap<>();

    Samples() {
        nobodys("login", b -> Map.of("user", b.memberMobile(), "pwd", "secret", "vid", b.vid));
        nobodys("getPublicDevice", b -> Map.of("device_id", b.device()));
        nobodys("logout", b -> Map.of());
        sees("getOwnVendor", b -> Map.of());
        samples.put(
                "getUser",
                new Sample(
                        Stranger.REFUSED,
                        true,
                        true,
                        (b, role) -> Map.of("uid", role == Role.MEMBER ? b.member : b.installer)));
        members();
        vendors();
        sharing();
        profiles();
        ofMember("getWallet", b -> Map.of("uid", b.member));
        ofMember("topUpWallet", b -> Map.of("uid", b.member, "amount", 1, "channel", "lab"));
        ofMember("listWalletEntries", b -> Map.of("uid", b.member));
        ofMember("getCommission", b -> Map.of("uid", b.member));
        sees("listBalances", b -> Map.of());

        vendorWide(
                "createDispense",
                b ->
                        Map.of(
                                "device_id",
                                b.channel().get("device_id"),
                                "outlet",
                                "normal",
                                "volume_ml",
                                100));
        one(
                "openChannel",
                b ->
                        Map.of(
                                "device_id",
                                b.device(),
                                "kind",
                                "TRIAL",
                                "hours",
                                1,
                                "volume_ml",
                                500));
        one("listChannels", b -> Map.of("device_id", b.device()));
        one("endChannel", Branch::channel);
        nobodys("getDeviceUse", b -> Map.of("device_id", b.device()));
        dispense("getDispense", b -> b.dispense());
        dispense("stopDispense", b -> b.dispense());
        dispense("settleDispense", b -> b.overdueDispense());
        dispense("acknowledgeOverrun", b -> b.overrunDispense());
        add(
                "refundDispense",
                Stranger.REFUSED,
                true,
                true,
                b -> Map.of("dispense_id", b.capturedDispense(), "reason", "tasted of iron"));
        sees("listDispenses", b -> Map.of());
        vendorWide(
                "createGrant",
                b ->
                        Map.of(
                                "device_id",
                                b.device(),
                                "outlet",
                                "normal",
                                "volume_ml",
                                10,
                                "slices",
                                1,
                                "start_by",
                                "code",
                                "hours",
                                1));
        add("getGrant", Stranger.REFUSED, true, true, b -> Map.of("grant_id", b.grant()));
        add("recallGrant", Stranger.REFUSED, true, true, b -> Map.of("grant_id", b.grant()));
        sees("listSlices", b -> Map.of());
        sees("sumSlices", b -> Map.of());
        add("freeSlice", Stranger.REFUSED, true, true, b -> Map.of("dispense_id", b.slice()));
        one("getTariff", b -> Map.of("device_id", b.device()));
        one("putTariff", b -> Map.of("device_id", b.device(), "prices", Map.of("normal", 3)));
        sees("operationsSummary", b -> Map.of());
        sees("listUnattributed", b -> Map.of());
        one("acknowledgeUnattributed", b -> Map.of("id", b.unattributed()));
        sees("listFaults", b -> Map.of());
        one("clearFault", b -> Map.of("device_id", b.faultedDevice()));
        nobodys("issueEnrolment", b -> Map.of("gateway", "edge-9"));
        nobodys("listExposedDevices", b -> Map.of("gateway", Branch.EDGE));
        nobodys("revokeGateway", b -> Map.of("gateway", "edge-9"));
        nobodys("declareGatewayLost", b -> Map.of("gateway", "edge-9"));

        one("deviceProperties", b -> Map.of("device_id", b.bound(b.member)), true);
        one("listPropertyLogs", b -> Map.of("id", b.device()));
        one("listEventLogs", b -> Map.of("id", b.device()));

        one("getDesired", b -> Map.of("device_id", b.device()));
        one("setDesired", b -> desired(b.device()));
        one("deleteDesired", b -> Map.of("device_id", b.desired(), "identifier", "brightness"));
        one("getShadow", b -> Map.of("device_id", b.device()));
        one(
                "wantShadow",
                b -> Map.of("device_id", b.device(), "desired", Map.of("colour", b.code)));
        one("clearShadow", b -> Map.of("device_id", b.device()));
        one("getTags", b -> Map.of("device_id", b.device()));
        one("putTags", b -> tagged(b.device(), b.code));
        one("deleteTag", b -> Map.of("device_id", b.tagged(), "key", "floor"));
        sees("findTagged", b -> Map.of("key", "floor"));
        one("switchDeviceLog", b -> Map.of("device_id", b.device(), "enabled", true));
        one("listDeviceLogs", b -> Map.of("device_id", b.device()));

        sees("listDevices", b -> Map.of());
        one("getDevice", b -> Map.of("device_id", b.device()));
        one("putScript", b -> Map.of("product_id", b.product, "source", b.script()));
        one("getScript", b -> Map.of("product_id", b.scripted()));
        one("listScripts", b -> Map.of("product_id", b.scripted()));
        one("publishScript", b -> Map.of("product_id", b.scripted(), "version", 1));
        one("tryScript", b -> Map.of("product_id", b.scripted(), "direction", "UP", "hex", "0102"));
        one("getConfiguration", b -> Map.of("product_id", b.product));
        one("switchConfiguration", b -> Map.of("product_id", b.product, "enabled", true));
        one(
                "addConfigurationVersion",
                b -> Map.of("product_id", b.product, "document", "{\"of\":\"" + b.code + "\"}"));
        one("listConfigurationVersions", b -> Map.of("product_id", b.configured()));
        one(
                "getConfigurationVersion",
                b -> Map.of("product_id", b.product, "version", b.configuredVersion()));
        one(
                "activateConfiguration",
                b -> Map.of("product_id", b.product, "version", b.configuredVersion()));
        one(
                "startConfigurationPush",
                b -> Map.of("product_id", b.configured(), "devices", List.of(b.device())));
        one("listConfigurationPushes", b -> Map.of("product_id", b.configured()));
        one(
                "listConfigurationTargets",
                b -> Map.of("product_id", b.product, "push_id", b.configurationPush()));
        one("openDebugSession", b -> Map.of("device_id", b.device()));
        sees("listDebugSessions", b -> Map.of());
        for (String id :
                new String[] {"getDebugSession", "closeDebugSession", "readDebugTraffic"}) {
            one(id, b -> Map.of("session_id", b.debugSession()));
        }
        one("measureLatency", b -> Map.of("session_id", b.debugSession()));
        sees("listAudit", b -> Map.of());
        sees("proveAudit", b -> Map.of());
        one("getTopics", b -> Map.of("product_id", b.product));
        one("putTopics", b -> Map.of("product_id", b.product, "topics", List.of()));
        sees("broadcast", b -> Map.of("product_id", b.product, "name", "news", "text", b.code));
        one(
                "sendMessage",
                b -> Map.of("device_id", b.device(), "topic", "user/get", "text", "hello"));
        one(
                "askDevice",
                b -> Map.of("device_id", b.device(), "topic", "user/get", "text", "hello"));
        one("setDeviceState", b -> Map.of("device_id", b.device(), "state", 0));
        one(
                "moveDevice",
                b -> Map.of("device_id", b.device(), "to", "INSTALLED", "reason", "new site"));
        one("listDeviceLifecycle", b -> Map.of("device_id", b.device()));
        one("assignDevice", b -> Map.of("device_id", b.device(), "gateway", Branch.EDGE));
        one("listSubDevices", b -> Map.of("device_id", b.gatewayDevice()));
        one("addSubDevice", b -> Map.of("device_id", b.gatewayDevice(), "sub_id", b.subDevice()));
        one(
                "removeSubDevice",
                b -> Map.of("device_id", b.gatewayDevice(), "sub_id", b.linkedSubDevice()));
        one("listFoundSubDevices", b -> Map.of("device_id", b.gatewayDevice()));
        one("confirmFoundSubDevice", Branch::foundSubDevice);
        one("setNodeType", b -> Map.of("product_id", b.product, "node_type", "DIRECT"));
        sees("omsListDevices", b -> Map.of());
        one("omsGetDevice", b -> Map.of("id", b.device()));
        one("omsUpdateDevice", b -> Map.of("id", b.device(), "name", b.code + " renamed"));
        one(
                "omsSetProperties",
                b -> Map.of("device_id", b.device(), "params", Map.of("brightness", 5)));
        one(
                "omsInvokeService",
                b -> Map.of("device_id", b.device(), "service", "blink", "params", Map.of()));
        sees("listProducts", b -> Map.of());
        sees("addProduct", Branch::productBody);
        one("updateProduct", b -> Map.of("id", b.product, "name", b.code + " better"));
        one("getProduct", b -> Map.of("id", b.product));
        one("listProductModels", b -> Map.of("id", b.product));
        one("removeProduct", b -> Map.of("id", b.emptyProduct()));
        sees("listBatches", b -> Map.of());
        one("produceDevices", b -> with(b.batchBody(), "tenant", b.path("")));
        for (String id :
                new String[] {"getBatch", "confirmBatch", "removeBatch", "downloadBatch"}) {
            one(id, b -> Map.of("id", b.batch()));
        }
        one("listBatchDevices", b -> Map.of("id", b.batch()));
        sees("listDeviceFiles", b -> Map.of("device_id", b.device()));
        one("getDeviceFile", Branch::file);
        one("removeDeviceFile", Branch::file);
        sees("listSubscriptions", b -> Map.of());
        sees("createSubscription", Branch::subscriptionBody);
        for (String id :
                new String[] {
                    "getSubscription",
                    "removeSubscription",
                    "rotateSubscriptionSecret",
                    "pullMessages"
                }) {
            one(id, b -> Map.of("subscription_id", b.subscription()));
        }
        one("acknowledgeMessages", b -> Map.of("subscription_id", b.subscription(), "seq", 0));
        one("seekSubscription", b -> Map.of("subscription_id", b.subscription(), "seq", 1));
        firmware();
        one("updateBatch", b -> Map.of("id", b.batch(), "remark", b.code));
    }

    private void firmware() {
        sees("listPackages", b -> Map.of());
        sees("createPackage", b -> b.firmware.body());
        one("getPackage", b -> Map.of("package_id", b.firmware.made()));
        one("removePackage", b -> Map.of("package_id", b.firmware.made()));
        one("previewCampaign", b -> Map.of("package_id", b.firmware.made()));
        one("createCampaign", b -> b.firmware.campaignBody());
        sees("listCampaigns", b -> Map.of());
        samples.put(
                "approveCampaign",
                new Sample(
                        Stranger.REFUSED,
                        false,
                        true,
                        (b, role) -> Map.of("campaign_id", b.firmware.campaign(role))));
        campaign("getCampaign");
        campaign("listUpgrades");
        campaign("cancelCampaign");
        campaign("startCampaign", "approve");
        campaign("pauseCampaign", "approve", "start");
        campaign("resumeCampaign", "approve", "start", "pause");
        one("retryCampaign", b -> Map.of("campaign_id", b.firmware.failed()));
        one("listVersions", b -> Map.of("device_id", b.device()));
        sees("listJobs", b -> Map.of());
        sees("createJob", b -> b.firmware.jobBody());
        one("getJob", b -> Map.of("job_id", b.firmware.job()));
        one("cancelJob", b -> Map.of("job_id", b.firmware.job()));
        one("listTasks", b -> Map.of("job_id", b.firmware.job()));
    }

    private void campaign(String id, String... steps) {
        one(id, b -> Map.of("campaign_id", b.firmware.campaign(steps)));
    }

    static Map<String, Object> desired(String device) {
        return Map.of("device_id", device, "properties", Map.of("brightness", 5));
    }

    static Map<String, Object> tagged(String device, String value) {
        var tag = Map.of("key", "floor", "value", value);
        return Map.of("device_id", device, "tags", java.util.List.of(tag));
    }

    Sample of(String operationId) {
        return samples.get(operationId);
    }

    private void nobodys(String id, Function<Branch, Map<String, Object>> fields) {
        add(id, Stranger.WELCOME, false, false, fields);
    }

    private void sees(String id, Function<Branch, Map<String, Object>> fields) {
        add(id, Stranger.SEES_NOTHING, false, false, fields);
    }

    private void members() {
        nobodys("getChallenge", b -> Map.of());
        sees("listUsers", b -> Map.of());
        nobodys("sendRegisterCode", b -> Map.of("vid", b.vid, "mobile", b.freshMobile()));
        nobodys(
                "registerUser",
                b -> {
                    String mobile = b.freshMobile();
                    String code = b.code("ENTER", b.vid, mobile);
                    return Map.of("vid", b.vid, "mobile", mobile, "code", code, "name", b.code);
                });
        nobodys("beginEnterByWechat", b -> Map.of("vid", b.vid));
        nobodys(
                "enterByWechat",
                b -> {
                    var begun = b.wechatBegun(false);
                    return Map.of(
                            "vid",
                            b.vid,
                            "code",
                            b.wechatCode(),
                            "state",
                            begun.path("state").asText(),
                            "verifier",
                            begun.path("verifier").asText());
                });
        ofMember("updateUser", b -> Map.of("uid", b.member, "name", b.code + " member"));
        nobodys("deregisterUser", b -> Map.of("uid", b.freshMember()));
        ofMember("sendMobileCode", b -> Map.of("uid", b.member, "mobile", b.freshMobile()));
        ofMember(
                "setMobile",
                b -> {
                    String mobile = b.freshMobile();
                    String code = b.code("MOBILE", b.member, mobile);
                    return Map.of("uid", b.member, "mobile", mobile, "code", code);
                });
        nobodys("sendResetCode", b -> Map.of("account", b.freshMember()));
        nobodys(
                "resetPassword",
                b -> {
                    String mobile = b.freshMobile();
                    String uid = b.member(mobile);
                    String code = b.code("RESET", uid, mobile);
                    return Map.of("account", uid, "pwd", "secret", "code", code);
                });
        ofMember("beginBindWechat", b -> Map.of("uid", b.member));
        ofMember(
                "bindWechat",
                b -> {
                    String state = b.wechatBegun(true).path("state").asText();
                    return Map.of("uid", b.member, "code", b.wechatCode(), "state", state);
                });
        ofMember("unbindWechat", b -> Map.of("uid", b.bound()));
        ofMember("askToLeave", b -> Map.of("uid", b.member));
        ofMember("withdrawLeave", b -> Map.of("uid", b.member));
        ofMember("getReferral", b -> Map.of("uid", b.member));
        own("setPassword", (b, role) -> password(b.account(role)));
        own("listSessions", (b, role) -> Map.of("uid", b.account(role)));
        own("endSession", (b, role) -> Map.of("uid", b.account(role), "sid", b.session(role)));
    }

    private void vendors() {
        nobodys("listVendors", b -> Map.of());
        nobodys("createVendor", Branch::vendorBody);
        nobodys("getVendor", b -> Map.of("vid", b.freshVendor()));
        nobodys("updateVendor", b -> Map.of("vid", b.freshVendor(), "abbv", "abbv"));
        nobodys("setVendorPassword", b -> Map.of("vid", b.freshVendor(), "pwd", "secret"));
        nobodys("setVendorMobile", b -> Map.of("vid", b.freshVendor(), "mobile", "13900000000"));
        nobodys("setVendorMerchant", b -> Map.of("vid", b.freshVendor(), "mp_secret", "s"));
        nobodys("setVendorOptions", b -> Map.of("vid", b.freshVendor(), "state", 0));
        nobodys("closeVendor", b -> Map.of("vid", b.freshVendor()));
        sees("getSettings", b -> Map.of());
        sees("setSettings", b -> Map.of("notice", b.code));
        sees("listOwnSignings", b -> Map.of());
        sees("addOwnSigning", Branch::signingBody);
        one("changeOwnSigning", b -> Map.of("id", b.signing(), "to", "SUBMITTED"));
        one("removeOwnSigning", b -> Map.of("id", b.signing()));
        nobodys("listSignings", b -> Map.of("vid", b.vid));
        nobodys("addSigning", b -> with(b.signingBody(), "vid", b.vid));
        for (String id : new String[] {"changeSigning", "changeSigningById"}) {
            nobodys(id, b -> Map.of("vid", b.vid, "id", b.signing(), "to", "SUBMITTED"));
        }
        for (String id : new String[] {"removeSigning", "removeSigningById"}) {
            nobodys(id, b -> Map.of("vid", b.vid, "id", b.signing()));
        }
        sees("listAgents", b -> Map.of());
        own(
                "addAgent",
                (b, role) -> Map.of("kind", "PARTNER", "parent", b.tenantOf(role), "name", b.code));
        one("getAgent", b -> Map.of("vid", b.partner()));
        one("updateAgent", b -> Map.of("vid", b.partner(), "contact", b.code));
        one("removeAgent", b -> Map.of("vid", b.partner()));
        sees("listStaff", b -> Map.of());
        sees("addStaff", Branch::staffBody);
        own("updateStaff", (b, role) -> Map.of("uid", b.staff(role), "role", "BUSINESS"));
        own("removeStaff", (b, role) -> Map.of("uid", b.staff(role)));
        sees("listStaffRoles", b -> Map.of());
        sees("addStaffRole", Branch::roleBody);
        own("updateStaffRole", (b, role) -> with(b.roleBody(), "role_id", b.staffRole(role)));
        own("removeStaffRole", (b, role) -> Map.of("role_id", b.staffRole(role)));
        sees("getMenus", b -> Map.of());
    }

    private void sharing() {
        one(
                "setDeviceProperties",
                b -> Map.of("device_id", b.bound(b.member), "params", Map.of("brightness", 5)),
                true);
        one(
                "invokeDeviceService",
                b -> Map.of("device_id", b.bound(b.member), "service", "blink", "params", Map.of()),
                true);
        samples.put(
                "bindDevice",
                new Sample(
                        Stranger.REFUSED,
                        false,
                        true,
                        (b, role) -> Map.of("device_id", b.device(), "uid", b.member)));
        one("unbindDevice", b -> Map.of("device_id", b.bound(b.member)), true);
        ofMember("shareDevice", b -> Map.of("device_id", b.bound(b.member)));
        one("listShares", b -> Map.of("device_id", b.bound(b.member)), true);
        one("endShare", b -> Map.of("device_id", b.shared(), "uid", b.sibling), false);
        vendorWide("acceptShare", b -> Map.of("code", b.offered(b.sibling)));
        one("removeShare", b -> Map.of("share_id", b.share()), false);
        sees("listUserDevices", b -> Map.of("uid", b.member));
        sees("listGroups", b -> Map.of());
        sees("createGroup", b -> Map.of("name", b.code));
        vendorWide("joinGroup", b -> Map.of("code", b.groupCode(b.sibling)));
        for (String id :
                new String[] {
                    "removeGroup",
                    "renewGroupCode",
                    "getGroup",
                    "listGroupMembers",
                    "listGroupDevices"
                }) {
            ofMember(id, b -> Map.of("group_id", b.group(b.member)));
        }
        ofMember("renameGroup", b -> Map.of("group_id", b.group(b.member), "name", b.code));
        ofMember("leaveGroup", Branch::joined);
        ofMember("transferGroup", Branch::joined);
        ofMember(
                "addGroupDevice",
                b -> Map.of("group_id", b.group(b.member), "device_id", b.bound(b.member)));
        ofMember("removeGroupDevice", Branch::groupDevice);
        one("omsDeviceMembers", b -> Map.of("id", b.bound(b.member)));
        sees("omsDeviceGroups", b -> Map.of("id", b.device()));
        sees("omsUserDevices", b -> Map.of("id", b.member));
        sees("omsUserGroups", b -> Map.of("id", b.member));
        nobodys("listApps", b -> Map.of());
        nobodys("issueApp", b -> Map.of("vid", b.vid, "name", b.code));
        nobodys("rotateApp", b -> Map.of("app_id", b.app().path("app_id").asText()));
        nobodys("revokeApp", b -> Map.of("app_id", b.app().path("app_id").asText()));
        nobodys("omsToken", Branch::signed);
        sees("omsListGroups", b -> Map.of());
        for (String id :
                new String[] {"omsGetGroup", "omsListGroupMembers", "omsListGroupDevices"}) {
            one(id, b -> Map.of("id", b.group(b.member)));
        }
    }

    private void profiles() {
        one("configureDevice", b -> Map.of("device_id", b.bound(b.member), "remark", b.code), true);
        nobodys("deregisterDevice", b -> Map.of("device_id", b.device()));
        nobodys("omsRemoveDevice", b -> Map.of("id", b.device()));
        for (String id :
                new String[] {
                    "getDeviceBasics", "getDeviceService", "getDeviceStatus", "getDeviceStatistics"
                }) {
            one(id, b -> Map.of("device_id", b.bound(b.member)), true);
        }
        one("setDeviceBasics", b -> Map.of("device_id", b.device(), "project", b.code));
        one("setDeviceService", b -> Map.of("device_id", b.device(), "reason", b.code));
        one("clearDevice", b -> Map.of("device_id", b.device()));
        nobodys(
                "registerDevices",
                b -> Map.of("product_id", b.product, "device_ids", List.of("WR" + b.code)));
        nobodys("getSystemSettings", b -> Map.of());
        nobodys("listServices", b -> Map.of());
        sees("omsListUsers", b -> Map.of());
        own(
                "omsAddUser",
                (b, role) ->
                        Map.of("username", b.freshMobile(), "password", "secret", "vid", b.vid));
        one("omsUpdateUser", b -> Map.of("id", b.member, "password", "secret"));
        one("omsGetUser", b -> Map.of("id", b.member));
        nobodys("omsRemoveUser", b -> Map.of("id", b.freshMember()));
    }

    private static Map<String, Object> password(String uid) {
        return Map.of("uid", uid, "old_pwd", "secret", "new_pwd", "secret");
    }

    /** About the account of the caller itself. */
    private void own(String id, BiFunction<Branch, Role, Map<String, Object>> fields) {
        samples.put(id, new Sample(Stranger.REFUSED, true, true, fields));
    }

    private void ofMember(String id, Function<Branch, Map<String, Object>> fields) {
        add(id, Stranger.REFUSED, true, false, fields);
    }

    private void vendorWide(String id, Function<Branch, Map<String, Object>> fields) {
        add(id, Stranger.REFUSED, false, false, fields);
    }

    private void one(String id, Function<Branch, Map<String, Object>> fields) {
        add(id, Stranger.REFUSED, false, true, fields);
    }

    /**
     * @param ofMember whether a member of the same vendor is a stranger too
     */
    private void one(String id, Function<Branch, Map<String, Object>> fields, boolean ofMember) {
        add(id, Stranger.REFUSED, ofMember, true, fields);
    }

    private void dispense(String id, Function<Branch, String> dispense) {
        add(id, Stranger.REFUSED, true, true, b -> Map.of("dispense_id", dispense.apply(b)));
    }

    private void add(
            String id,
            Stranger stranger,
            boolean ownOfMember,
            boolean branchOnly,
            Function<Branch, Map<String, Object>> fields) {
        samples.put(
                id, new Sample(stranger, ownOfMember, branchOnly, (b, role) -> fields.apply(b)));
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> more = new HashMap<>(fields);
        more.put(name, value);
        return more;
    }
}
