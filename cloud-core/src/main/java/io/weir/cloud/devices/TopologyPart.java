package io.weir.cloud.devices;

import io.weir.api.alink.AlinkApi;
import io.weir.api.devices.TopologyOps;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** Serves what there is to ask about sub-devices. */
final class TopologyPart {
    private TopologyPart() {}

    /**
     * @param most sub-devices behind one gateway device
     */
    static void serve(
            Bus bus,
            Tx tx,
            SecretBox box,
            Announcer announcer,
            SubNotices notices,
            Time time,
            int most) {
        var answers = new TopologyAnswers(tx, box, announcer, notices, time, most);
        bus.serve(AlinkApi.TOPOLOGY, answers::handle);
        var staff = new TopologyHandlers(tx, announcer, notices, time, most);
        bus.serve(TopologyOps.LIST, staff::list);
        bus.serve(TopologyOps.ADD, staff::add);
        bus.serve(TopologyOps.REMOVE, staff::remove);
        bus.serve(TopologyOps.FOUND, staff::listFound);
        bus.serve(TopologyOps.CONFIRM, staff::confirm);
        bus.serve(TopologyOps.SET_NODE_TYPE, staff::setNodeType);
    }
}
