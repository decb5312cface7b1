package io.weir.cloud.door;

import io.vertx.core.buffer.Buffer;
import io.weir.cloud.door.AskRules.Allowed;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Answers;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorMessage.Reply;
import io.weir.runtime.door.DoorMessage.Request;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;

/** What one connected gateway asks of the cloud, in its own name only. */
final class AskLine {
    private static final Logger LOG = LoggerFactory.getLogger(AskLine.class);

    private final String gateway;
    private final Actor actor;
    private final int most;
    private final Bus bus;
    private final DoorMeters meters;
    private final Consumer<DoorMessage> out;
    private int open;

    AskLine(String gateway, int most, Bus bus, DoorMeters meters, Consumer<DoorMessage> out) {
        this.gateway = gateway;
        this.actor = new Actor("gateway:" + gateway, Role.PLATFORM, Scope.PLATFORM);
        this.most = most;
        this.bus = bus;
        this.meters = meters;
        this.out = out;
    }

    void ask(Request ask) {
        if (open >= most) {
            meters.refused("busy");
            refuse(ask, new Rejected(CommonError.UNAVAILABLE, "too many open questions"));
            return;
        }
        Allowed allowed;
        try {
            allowed = AskRules.check(gateway, ask);
        } catch (Rejected e) {
            meters.refused("operation");
            LOG.warn("refused to gateway {}: {}", gateway, e.getMessage());
            refuse(ask, e);
            return;
        }
        meters.ask();
        open++;
        put(ask, allowed);
    }

    private void put(Request ask, Allowed allowed) {
        bus.relay(
                        allowed.address(),
                        allowed.bytes(),
                        allowed.within(),
                        new Call(actor, null, ask.requestId()))
                .onSuccess(answer -> answered(ask, allowed, answer));
    }

    /** A page too large for one message is asked for again, half as long. */
    private void answered(Request ask, Allowed allowed, Buffer answer) {
        if (answer.length() <= DoorCodec.REPLY_BYTES) {
            open--;
            out.accept(new Reply(ask.id(), answer));
            return;
        }
        Allowed half = allowed.half();
        if (half != null) {
            put(ask, half);
            return;
        }
        open--;
        refuse(ask, new Rejected(CommonError.TOO_LARGE, "the answer is too large for the line"));
    }

    private void refuse(Request ask, Rejected problem) {
        out.accept(new Reply(ask.id(), Answers.rejected(problem)));
    }
}
