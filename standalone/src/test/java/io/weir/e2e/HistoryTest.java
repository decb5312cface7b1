package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checker itself: it must see a planted loss, a planted double and a post that nobody sent. */
class HistoryTest {
    private record Row(String device, int epoch, long sequence) {}

    private final History history = new History();
    private final List<Row> rows = new ArrayList<>();

    private final History.Store store =
            (device, post) ->
                    rows.stream()
                            .filter(r -> r.device().equals(device))
                            .forEach(r -> post.stored(r.epoch(), r.sequence()));

    @Test
    void whatIsStoredOnceIsCleanWhetherAcknowledgedOrNot() {
        DeviceHistory device = history.device("a");
        int epoch = device.connect();
        for (int i = 0; i < 3000; i++) {
            long number = device.send(epoch);
            rows.add(new Row("a", epoch, number));
            if (i % 3 > 0) {
                device.acknowledge(number);
            }
        }
        device.send(epoch);

        History.Verdict verdict = history.judge(store);

        assertThat(verdict.clean()).isTrue();
        assertThat(verdict.total()).isEqualTo(new History.Count(3001, 2000, 3000, 0, 0, 1000));
    }

    @Test
    void aLossIsSeenAndCountsForTheFaultInWhichItWasSent() {
        DeviceHistory device = history.device("a");
        confirmed(device, device.connect());
        history.during("kill EDGE");
        int epoch = device.connect();
        long gone = confirmed(device, epoch);
        rows.removeIf(r -> r.sequence() == gone);
        history.calm();
        confirmed(device, epoch);

        History.Verdict verdict = history.settle(store, Duration.ZERO);

        assertThat(verdict.clean()).isFalse();
        assertThat(verdict.faults().get("kill EDGE"))
                .isEqualTo(new History.Count(1, 1, 0, 1, 0, 0));
        assertThat(verdict.faults().get("no fault")).isEqualTo(new History.Count(2, 2, 2, 0, 0, 0));
        assertThat(verdict.line("test"))
                .isEqualTo(
                        "HISTORY test: 1 devices, 2 epochs: 3 sent, 3 acked, 2 stored, 1 lost, 0"
                            + " doubled, 0 stored though not acked, 0 never sent [lost: a, epoch 2,"
                            + " 2]");
    }

    @Test
    void aDoubleIsSeenAlsoOfAMessageThatWasNotAcknowledged() {
        DeviceHistory device = history.device("a");
        int epoch = device.connect();
        long number = device.send(epoch);
        rows.add(new Row("a", epoch, number));
        rows.add(new Row("a", epoch, number));

        assertThat(history.judge(store).total()).isEqualTo(new History.Count(1, 0, 1, 0, 1, 1));
        assertThat(history.judge(store).clean()).isFalse();
    }

    @Test
    void aPostOfAnotherConnectionOrOfNobodyIsAStray() {
        DeviceHistory device = history.device("a");
        int one = device.connect();
        int two = device.connect();
        confirmed(device, one);
        confirmed(device, two);
        rows.add(new Row("a", two, 1));
        rows.add(new Row("a", one, 77));

        History.Verdict verdict = history.judge(store);

        assertThat(verdict.strays()).isEqualTo(2);
        assertThat(verdict.clean()).isFalse();
        assertThat(verdict.total().lost()).isZero();
    }

    @Test
    void devicesAreKeptApart() {
        DeviceHistory a = history.device("a");
        DeviceHistory b = history.device("b");
        confirmed(a, a.connect());
        confirmed(b, b.connect());
        rows.removeIf(r -> r.device().equals("a"));

        History.Verdict verdict = history.judge(store);

        assertThat(verdict.total()).isEqualTo(new History.Count(2, 2, 1, 1, 0, 0));
        assertThat(verdict.examples()).containsExactly("lost: a, epoch 1, 1");
        assertThat(history.acked()).isEqualTo(2);
    }

    private long confirmed(DeviceHistory device, int epoch) {
        long number = device.send(epoch);
        device.acknowledge(number);
        rows.add(new Row(device.deviceId(), epoch, number));
        return number;
    }
}
