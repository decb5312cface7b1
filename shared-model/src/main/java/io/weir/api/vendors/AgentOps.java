package io.weir.api.vendors;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.vendors.VendorOps.Created;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

/** Agents, dealers and partners below the caller's tenant (section six, A-153 to ). */
public interface AgentOps {
    Op<ListAgents, Page<Vendor>> LIST =
            Op.paged("vendors.agents.list.v1", ListAgents.class, Vendor.class);

    Op<AddAgent, Created> ADD = Op.of("vendors.agents.add.v1", AddAgent.class, Created.class);

    Op<GetAgent, Vendor> GET = Op.of("vendors.agents.get.v1", GetAgent.class, Vendor.class);

    Op<UpdateAgent, Created> UPDATE =
            Op.of("vendors.agents.update.v1", UpdateAgent.class, Created.class);

    /** HAS_CHILDREN while others stand below it. */
    Op<GetAgent, Done> REMOVE = Op.of("vendors.agents.remove.v1", GetAgent.class, Done.class);

    /**
     * @param kind AGENT, DEALER or PARTNER
     */
    record ListAgents(
            @Nullable String kind,
            @Nullable String name,
            @Nullable String area,
            @Nullable Integer state,
            String sort,
            String order,
            int limit,
            int offset) {}

    /**
     * @param parent number of the tenant above; null = the caller's own
     * @param code four of A-Z and 0-9 below the parent; null = one is chosen
     * @param user name that it logs in with, null = nobody does
     */
    record AddAgent(
            String kind,
            @Nullable String parent,
            @Nullable String code,
            String name,
            @Nullable String user,
            @Nullable String pwd,
            @Nullable String contact,
            @Nullable String mobile,
            @Nullable String email,
            @Nullable String area,
            @Nullable String address,
            @Nullable String remark) {
        @Override
        public String toString() {
            return "AddAgent[name=" + name + "]";
        }
    }

    record GetAgent(String vid) {}

    /**
     * @param state 0 disabled, 2 active
     * @param pwd a new one for its login; its sessions end
     */
    record UpdateAgent(
            String vid,
            @Nullable String name,
            @Nullable String contact,
            @Nullable String mobile,
            @Nullable String email,
            @Nullable String area,
            @Nullable String address,
            @Nullable String remark,
            @Nullable Integer state,
            @Nullable String pwd) {
        @Override
        public String toString() {
            return "UpdateAgent[vid=" + vid + "]";
        }
    }
}
