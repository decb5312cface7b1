package io.weir.edge.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.api.dispense.SliceApi;
import io.weir.api.dispense.SliceApi.PullSlices;
import io.weir.api.dispense.SliceApi.Slices;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

class BusLinkTest {
    private static final PullSlices QUESTION = new PullSlices("gateway", "journal", "key");

    private final Vertx local = Vertx.vertx();
    private final Vertx clustered = Vertx.vertx();
    private final BusLink link = new BusLink(local, "gateway");

    @AfterEach
    void close() {
        local.close().await();
        clustered.close().await();
    }

    /** Closing a bus drops the timers of its questions: whoever waited would wait for ever. */
    @Test
    void aQuestionOnItsWayWhenTheBusGoesFails() {
        new Bus(clustered)
                .serveAsync(SliceApi.PULL, (call, ask) -> Promise.<Slices>promise().future());
        link.attach(clustered);
        Future<Slices> asked = link.call(SliceApi.PULL, QUESTION);
        link.detach();
        clustered.close().await();
        assertUnavailable(asked);
    }

    @Test
    void aQuestionToAClosedBusFails() {
        link.attach(clustered);
        clustered.close().await();
        Future<Slices> asked = link.call(SliceApi.PULL, QUESTION);
        link.detach();
        assertUnavailable(asked);
    }

    @Test
    void aQuestionWithoutABusFailsAtOnce() {
        assertUnavailable(link.call(SliceApi.PULL, QUESTION));
    }

    private static void assertUnavailable(Future<?> asked) {
        assertThatThrownBy(() -> asked.await(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        e -> assertThat(e.status()).isEqualTo(CommonError.UNAVAILABLE.status()));
    }
}
