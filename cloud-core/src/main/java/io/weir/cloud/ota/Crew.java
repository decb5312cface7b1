package io.weir.cloud.ota;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Works through a batch, all at once: one silent gateway doesn't keep the others waiting. */
final class Crew {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    private final Context context;

    /**
     * @param context of a verticle on virtual threads
     */
    Crew(Context context) {
        this.context = context;
    }

    /** Returns when all are through; a failure of one is logged and harms no other. */
    <T> void all(List<T> batch, Function<T, String> name, Consumer<T> work) {
        List<Future<?>> through = new ArrayList<>();
        for (T one : batch) {
            Promise<Void> done = Promise.promise();
            through.add(done.future());
            context.runOnContext(
                    v -> {
                        alone(name.apply(one), () -> work.accept(one));
                        done.complete();
                    });
        }
        if (!through.isEmpty()) {
            Future.join(through).await();
        }
    }

    static void alone(String what, Runnable work) {
        try {
            work.run();
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("{} does not go on now, next time again", what, e);
        }
    }
}
