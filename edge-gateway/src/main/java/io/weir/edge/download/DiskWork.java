package io.weir.edge.download;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;

/** Work on files, beside the event loop. When the gateway stops, it fails. */
final class DiskWork {
    private final WorkerExecutor threads;

    DiskWork(WorkerExecutor threads) {
        this.threads = threads;
    }

    /** As soon as a thread is free. */
    <T> Future<T> run(Callable<T> work) {
        return run(work, false);
    }

    /** After all that was given here before. */
    <T> Future<T> inOrder(Callable<T> work) {
        return run(work, true);
    }

    private <T> Future<T> run(Callable<T> work, boolean ordered) {
        try {
            return threads.executeBlocking(work, ordered);
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(new Rejected(CommonError.UNAVAILABLE, "the gateway stops"));
        }
    }
}
