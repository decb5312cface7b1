package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A mailbox under a random device: goes, comes, acknowledges, and the gateway crashes under it. */
class MailboxTest {
    private static final int MESSAGES = 8;
    private static final long LIFE = 1_000_000;

    /** A device that takes a few at a time. */
    private static final class Device implements Letterbox {
        final List<Letter> unacked = new ArrayList<>();
        final Set<Long> seen;
        final int window;
        int mostAtOnce;

        Device(Set<Long> seen, int window) {
            this.seen = seen;
            this.window = window;
        }

        @Override
        public boolean send(Letter letter, boolean again, long nowMs) {
            assertThat(again || !seen.contains(letter.seq()))
                    .as("what was sent before is marked so")
                    .isTrue();
            assertThat(unacked.isEmpty() || unacked.getLast().seq() < letter.seq()).isTrue();
            seen.add(letter.seq());
            unacked.add(letter);
            mostAtOnce = Math.max(mostAtOnce, unacked.size());
            return true;
        }

        @Override
        public boolean publish(String topic, byte[] payload) {
            return true;
        }

        @Override
        public int window() {
            return window;
        }

        @Override
        public boolean fits(String topic, byte[] payload) {
            return true;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void nothingTakenIsLostAndNothingIsSentUnmarkedTwice(long seed) {
        Random random = new Random(seed);
        Set<Long> seen = new HashSet<>();
        Set<Long> acked = new HashSet<>();
        TreeMap<Long, Letter> disk = new TreeMap<>();
        Mailbox box = new Mailbox("d", MESSAGES, 1 << 20);
        Device device = new Device(seen, 3);
        box.attach(device, LIFE, 0);
        boolean here = true;
        for (int step = 0; step < 2000; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    int waiting = box.waiting();
                    Mailbox.Offered offered =
                            box.offer("/sys/x", new byte[1], 1, true, true, Long.MAX_VALUE, step);
                    Letter letter = offered.letter();
                    assertThat(letter == null).isEqualTo(waiting >= MESSAGES);
                    if (letter != null) {
                        disk.put(letter.seq(), letter);
                    }
                }
                case 2, 3 -> {
                    if (here && !device.unacked.isEmpty()) {
                        Letter first = device.unacked.removeFirst();
                        assertThat(box.acked(first.packetId(), step)).isEqualTo(first);
                        acked.add(first.seq());
                    }
                }
                case 4 -> {
                    if (here) {
                        assertThat(box.detach(device, step)).isTrue();
                    } else {
                        device = new Device(seen, 1 + random.nextInt(4));
                        box.attach(device, LIFE, step);
                    }
                    here = !here;
                }
                default -> {
                    if (random.nextInt(20) == 0) {
                        box.gone().forEach(l -> disk.remove(l.seq()));
                        box = Mailbox.read("d", MESSAGES, 1 << 20, box.json(), disk, step);
                        here = false;
                    }
                }
            }
            box.gone().forEach(l -> disk.remove(l.seq()));
            assertThat(device.mostAtOnce).isLessThanOrEqualTo(device.window);
        }
        if (!here) {
            device = new Device(seen, 3);
            box.attach(device, LIFE, 2001);
        }
        while (!device.unacked.isEmpty()) {
            Letter first = device.unacked.removeFirst();
            box.acked(first.packetId(), 2002);
            acked.add(first.seq());
        }
        box.gone().forEach(l -> disk.remove(l.seq()));
        assertThat(box.waiting()).isZero();
        assertThat(disk).isEmpty();
        assertThat(acked).containsAll(seen);
    }
}
