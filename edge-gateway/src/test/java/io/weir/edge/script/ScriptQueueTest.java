package io.weir.edge.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.weir.api.devices.DevicesApi.ProductScript;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ScriptQueueTest {
    private final ScriptQueue queue = new ScriptQueue(3, 100);

    private static Task<String> task(String product, String name) {
        return new Task<>(
                product, new ProductScript(1, name, false), 10, c -> name, Promise.promise());
    }

    @Test
    void productsTakeTurnsAndEachKeepsItsOrder() throws InterruptedException {
        for (String name : List.of("a1", "a2", "a3", "b1", "c1", "b2")) {
            assertThat(queue.offer(task(name.substring(0, 1), name))).isTrue();
        }
        queue.close();
        List<String> order = new ArrayList<>();
        for (Task<?> t = queue.take(); t != null; t = queue.take()) {
            order.add(t.script().source());
        }
        assertThat(order).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
        assertThat(queue.size()).isZero();
    }

    @Test
    void oneProductCanNotFillItForTheOthers() {
        for (int i = 0; i < 3; i++) {
            assertThat(queue.offer(task("a", "a"))).isTrue();
        }
        assertThat(queue.offer(task("a", "a"))).isFalse();
        assertThat(queue.offer(task("b", "b"))).isTrue();
        queue.close();
        assertThat(queue.offer(task("c", "c"))).isFalse();
    }

    @Test
    void theBytesThatWaitAreBounded() {
        var narrow = new ScriptQueue(3, 15);
        assertThat(narrow.offer(task("a", "a"))).isTrue();
        assertThat(narrow.offer(task("a", "a"))).isFalse();
        assertThat(narrow.offer(task("b", "b"))).isTrue();
    }
}
