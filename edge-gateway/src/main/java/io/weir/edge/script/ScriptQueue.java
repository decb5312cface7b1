package io.weir.edge.script;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * What waits for one lane: each product's tasks in their order, the products by turns, so that one
 * with much to do does not hold up the others. Safe for any thread.
 */
final class ScriptQueue {
    private final int perProduct;
    private final long bytesPerProduct;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Queue<String> turns = new ArrayDeque<>();
    private int size;
    private boolean closed;

    /** What waits of one product. */
    private static final class Waiting {
        private final Queue<Task<?>> tasks = new ArrayDeque<>();
        private long bytes;
    }

    /**
     * @param perProduct tasks of one product at most
     * @param bytesPerProduct that they hold; a single larger one is still taken
     */
    ScriptQueue(int perProduct, long bytesPerProduct) {
        this.perProduct = perProduct;
        this.bytesPerProduct = bytesPerProduct;
    }

    /** False when the product has enough waiting, or the lane is closed. */
    synchronized boolean offer(Task<?> task) {
        Waiting mine = waiting.get(task.productKey());
        boolean full =
                mine != null
                        && (mine.tasks.size() >= perProduct
                                || mine.bytes + task.size() > bytesPerProduct);
        if (closed || full) {
            return false;
        }
        if (mine == null) {
            mine = new Waiting();
            waiting.put(task.productKey(), mine);
            turns.add(task.productKey());
        }
        mine.tasks.add(task);
        mine.bytes += task.size();
        size++;
        notifyAll();
        return true;
    }

    /** The next one, waiting for it; null once it is closed and empty. */
    synchronized @Nullable Task<?> take() throws InterruptedException {
        while (turns.isEmpty()) {
            if (closed) {
                return null;
            }
            wait();
        }
        String product = turns.remove();
        Waiting mine = waiting.get(product);
        if (mine == null) {
            throw new IllegalStateException("a turn without a task");
        }
        Task<?> task = mine.tasks.remove();
        mine.bytes -= task.size();
        size--;
        if (mine.tasks.isEmpty()) {
            waiting.remove(product);
        } else {
            turns.add(product);
        }
        return task;
    }

    synchronized int size() {
        return size;
    }

    /** What waits is still taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
