package io.weir.cloud.door;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Answers;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorMessage.Request;
import io.weir.runtime.door.DoorOperations;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What the cloud asks of one connected gateway: serves {@code op.at(gateway)} on the bus for as
 * long as the connection lasts and passes it on. A question too many, or to a gateway that takes
 * nothing, is refused at once.
 */
final class CommandLine {
    private static final int HINTS_BYTES = DoorCodec.ASK_BYTES;

    private final Vertx vertx;
    private final String gateway;
    private final int most;
    private final DoorMeters meters;
    private final BooleanSupplier full;
    private final Consumer<DoorMessage> out;
    private final List<MessageConsumer<Buffer>> consumers = new ArrayList<>();
    private final Map<Long, Promise<Buffer>> open = new HashMap<>();
    private long lastId;

    /**
     * @param most questions at once
     * @param full whether the gateway takes nothing at the moment
     */
    CommandLine(
            Vertx vertx,
            String gateway,
            int most,
            DoorMeters meters,
            BooleanSupplier full,
            Consumer<DoorMessage> out) {
        this.vertx = vertx;
        this.gateway = gateway;
        this.most = most;
        this.meters = meters;
        this.full = full;
        this.out = out;
    }

    void open(Bus bus) {
        for (Op<?, ?> op : DoorOperations.DOWN) {
            consumers.add(
                    bus.serveRelay(op.at(gateway).address(), (call, body) -> pass(op, call, body)));
        }
        for (Signal<?> signal : DoorOperations.DOWN_SIGNALS) {
            consumers.add(bus.hear(signal.address(), body -> hint(signal.address(), body)));
        }
    }

    void replied(long id, Buffer body) {
        Promise<Buffer> asker = open.remove(id);
        if (asker != null) {
            asker.complete(body);
        }
    }

    void close() {
        consumers.forEach(MessageConsumer::unregister);
        List<Promise<Buffer>> left = List.copyOf(open.values());
        open.clear();
        left.forEach(promise -> promise.tryFail("the connection has ended"));
    }

    private Future<Buffer> pass(Op<?, ?> op, Call call, Buffer body) {
        if (body.length() > DoorCodec.ASK_BYTES) {
            return refused(CommonError.TOO_LARGE, op.address() + " takes 64 KB at most");
        }
        if (open.size() >= most || full.getAsBoolean()) {
            return refused(CommonError.UNAVAILABLE, "gateway " + gateway + " is too busy");
        }
        meters.command();
        long id = ++lastId;
        Promise<Buffer> answer = Promise.promise();
        open.put(id, answer);
        int wait = (int) op.timeout().toMillis();
        long timer = vertx.setTimer(wait, t -> late(id));
        out.accept(new Request(id, wait, op.address(), call.requestId(), body));
        return answer.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void late(long id) {
        Promise<Buffer> asker = open.remove(id);
        if (asker != null) {
            asker.fail("no reply");
        }
    }

    private void hint(String address, Buffer body) {
        if (body.length() <= HINTS_BYTES && !full.getAsBoolean()) {
            out.accept(new DoorMessage.Signal(address, body));
        }
    }

    private static Future<Buffer> refused(CommonError code, String message) {
        return Future.succeededFuture(Answers.rejected(new Rejected(code, message)));
    }
}
