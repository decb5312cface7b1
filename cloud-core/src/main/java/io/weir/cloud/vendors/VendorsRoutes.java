package io.weir.cloud.vendors;

import io.weir.api.vendors.AgentOps;
import io.weir.api.vendors.SigningOps;
import io.weir.api.vendors.StaffOps;
import io.weir.api.vendors.VendorOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What the vendors context answers over HTTP, in four contract files. */
public final class VendorsRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "vendors",
                    List.of(
                            Route.of("getOwnVendor", VendorOps.GET_OWN, 200),
                            Route.of("getSettings", VendorOps.GET_SETTINGS, 200),
                            Route.of("setSettings", VendorOps.SET_SETTINGS, 201),
                            Route.of("listVendors", VendorOps.LIST, 200),
                            Route.of("createVendor", VendorOps.CREATE, 201),
                            Route.of("getVendor", VendorOps.GET, 200),
                            Route.of("updateVendor", VendorOps.UPDATE, 201),
                            Route.of("setVendorPassword", VendorOps.SET_PASSWORD, 201),
                            Route.of("setVendorMobile", VendorOps.SET_MOBILE, 201),
                            Route.of("setVendorMerchant", VendorOps.SET_MERCHANT, 201),
                            Route.of("setVendorOptions", VendorOps.SET_OPTIONS, 201),
                            Route.of("closeVendor", VendorOps.CLOSE, 204)));

    public static final ContextRoutes SIGNING =
            new ContextRoutes(
                    "signing",
                    List.of(
                            Route.of("listOwnSignings", SigningOps.LIST, 200),
                            Route.of("addOwnSigning", SigningOps.ADD, 201),
                            Route.of("changeOwnSigning", SigningOps.CHANGE, 201),
                            Route.of("removeOwnSigning", SigningOps.REMOVE, 204),
                            Route.of("listSignings", SigningOps.LIST, 200),
                            Route.of("addSigning", SigningOps.ADD, 201),
                            Route.of("changeSigning", SigningOps.CHANGE, 201),
                            Route.of("changeSigningById", SigningOps.CHANGE, 201),
                            Route.of("removeSigning", SigningOps.REMOVE, 204),
                            Route.of("removeSigningById", SigningOps.REMOVE, 204)));

    public static final ContextRoutes AGENTS =
            new ContextRoutes(
                    "agents",
                    List.of(
                            Route.of("listAgents", AgentOps.LIST, 200),
                            Route.of("addAgent", AgentOps.ADD, 201),
                            Route.of("getAgent", AgentOps.GET, 200),
                            Route.of("updateAgent", AgentOps.UPDATE, 201),
                            Route.of("removeAgent", AgentOps.REMOVE, 204)));

    public static final ContextRoutes STAFF =
            new ContextRoutes(
                    "staff",
                    List.of(
                            Route.of("listStaff", StaffOps.LIST, 200),
                            Route.of("addStaff", StaffOps.ADD, 201),
                            Route.of("updateStaff", StaffOps.UPDATE, 201),
                            Route.of("removeStaff", StaffOps.REMOVE, 204),
                            Route.of("listStaffRoles", StaffOps.LIST_ROLES, 200),
                            Route.of("addStaffRole", StaffOps.ADD_ROLE, 201),
                            Route.of("updateStaffRole", StaffOps.UPDATE_ROLE, 201),
                            Route.of("removeStaffRole", StaffOps.REMOVE_ROLE, 204),
                            Route.of("getMenus", StaffOps.MENUS, 200)));

    private VendorsRoutes() {}
}
