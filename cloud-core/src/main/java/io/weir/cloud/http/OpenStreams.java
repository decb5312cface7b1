package io.weir.cloud.http;

import io.vertx.ext.web.RoutingContext;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Streams that are open, counted in all and by caller: none takes all the places of the others. */
public final class OpenStreams {
    private static final int SHARES = 10;

    private final int most;
    private final int mostOfOne;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> byCaller = new ConcurrentHashMap<>();

    /**
     * @param most at once; a tenth of it, and at least one, for each caller
     */
    public OpenStreams(int most) {
        this.most = most;
        this.mostOfOne = Math.max(1, most / SHARES);
    }

    /** How many there are just now. */
    public AtomicInteger open() {
        return open;
    }

    /**
     * Takes a place that is free again when the answer has ended, however it does.
     *
     * @return false when there is none; the request has been answered then, 429 or 503
     */
    public boolean enter(RoutingContext context) {
        String caller = Guard.actor(context).uid();
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return refuse(
                    context, new Rejected(CommonError.UNAVAILABLE, "too many streams, try again"));
        }
        if (byCaller.merge(caller, 1, Integer::sum) > mostOfOne) {
            leave(caller);
            return refuse(
                    context,
                    new Rejected(
                            CommonError.TOO_MANY_REQUESTS,
                            mostOfOne + " streams are open already, end one"));
        }
        context.addEndHandler(ended -> leave(caller));
        return true;
    }

    private void leave(String caller) {
        open.decrementAndGet();
        byCaller.computeIfPresent(caller, (c, n) -> n == 1 ? null : n - 1);
    }

    private static boolean refuse(RoutingContext context, Rejected why) {
        context.response().putHeader("Retry-After", "10");
        Answer.of(why).send(context);
        return false;
    }
}
