package io.weir.cloud.devices;

import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.api.vendors.VendorsApi.GetChain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What this context asks the vendors context. Never inside a transaction. */
final class Tenants {
    private final Bus bus;

    /** Vendor's path -> number; as many as there are vendors. */
    private final Map<String, String> vids = new ConcurrentHashMap<>();

    Tenants(Bus bus) {
        this.bus = bus;
    }

    /** The path itself, when it is in the caller's scope and exists; else 422 at {@code tenant}. */
    String checked(Call call, String path) {
        if (!path.startsWith("/") || !path.endsWith("/") || !call.scope().covers(path)) {
            throw Rejected.invalid("tenant", "must be a tenant path within your own");
        }
        if (!path.equals(call.scope().path())) {
            List<Tenant> chain = chain(path, call.requestId());
            if (chain.isEmpty() || !chain.getLast().path().equals(path)) {
                throw Rejected.invalid("tenant", "does not exist");
            }
        }
        return path;
    }

    /** The vendor of a path; null when it is the platform's own. */
    @Nullable Tenant vendor(String path, String requestId) {
        for (Tenant tenant : chain(path, requestId)) {
            if (tenant.kind().equals("VENDOR")) {
                return tenant;
            }
        }
        return null;
    }

    /**
     * The vendor's number, null when it is the platform's own. A path has one vendor for ever, so
     * what was answered once is kept.
     */
    @Nullable String vid(String path, String requestId) {
        String vendor = Scope.vendorOf(path);
        String known = vids.get(vendor);
        if (known != null) {
            return known;
        }
        Tenant found = vendor(vendor, requestId);
        if (found != null) {
            vids.put(vendor, found.id());
        }
        return found == null ? null : found.id();
    }

    /** The path of a vendor that has this number; null when there is none that is active. */
    @Nullable String ofVid(String vid, String requestId) {
        try {
            return bus.call(VendorsApi.BY_VID, new GetByVid(vid), Call.system(requestId))
                    .await()
                    .path();
        } catch (Rejected e) {
            if (e.is(CommonError.NOT_FOUND)) {
                return null;
            }
            throw e;
        }
    }

    private List<Tenant> chain(String path, String requestId) {
        if (path.equals("/")) {
            return List.of();
        }
        try {
            return bus.call(VendorsApi.CHAIN, new GetChain(path), Call.system(requestId))
                    .await()
                    .tenants();
        } catch (Rejected e) {
            if (e.is(CommonError.NOT_FOUND)) {
                return List.of();
            }
            throw e;
        }
    }
}
