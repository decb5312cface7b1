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
    private final Map<String, Queue<Task<?>>> waiting = new HashMap<>();
    private final Queue<String> turns = new ArrayDeque<>();
    private int size;
    private boolean closed;

    ScriptQueue(int perProduct) {
        this.perProduct = perProduct;
    }

    /** False when the product has enough waiting, or the lane is closed. */
    synchronized boolean offer(Task<?> task) {
        Queue<Task<?>> mine = waiting.get(task.productKey());
        if (closed || (mine != null && mine.size() >= perProduct)) {
            return false;
        }
        if (mine == null) {
            mine = new ArrayDeque<>();
            waiting.put(task.productKey(), mine);
            turns.add(task.productKey());
        }
        mine.add(task);
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
        Queue<Task<?>> mine = waiting.get(product);
        if (mine == null) {
            throw new IllegalStateException("a turn without a task");
        }
        Task<?> task = mine.remove();
        size--;
        if (mine.isEmpty()) {
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
