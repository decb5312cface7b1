package io.weir.edge.ingest.tcp;

import io.weir.edge.ingest.tcp.ModbusTable.Poll;
import io.weir.edge.ingest.tcp.ModbusTable.Write;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;

/**
 * The master of one line of Modbus slaves: asks by the table, one question at a time, writes before
 * polls. Pure.
 *
 * <p>RTU answers carry no number that says which question they are to. An answer that comes after
 * its timeout could pass for the answer to the next question of the same slave and function: the
 * wrong register would be taken for a meter. So after any question that was not answered in time or
 * cleanly, nothing is asked until two timeouts after it was sent last, and what comes is thrown
 * away. A slave later than that can not be told from a prompt one: choose the timeout so.
 */
final class ModbusFlow {
    /** Writes that wait at most. */
    static final int WRITES_MAX = 16;

    private static final int ANSWER_MAX = 260;

    /** What became of a question. */
    sealed interface Result {
        record Values(Map<String, BigDecimal> values) implements Result {}

        /**
         * @param exception the slave's exception code; 0 = it did not answer
         */
        record Unread(Poll poll, int exception) implements Result {}

        /**
         * @param exception the slave's exception code; 0 = done; -1 = it did not answer
         */
        record Written(long id, int exception) implements Result {}
    }

    private record Order(long id, Write write, long raw) {}

    private final ModbusTable table;
    private final long timeoutMs;
    private final long[] due;
    private final ArrayDeque<Order> orders = new ArrayDeque<>();
    private byte[] held = new byte[0];
    private byte @Nullable [] question;
    private @Nullable Order order;
    private int polled;
    private int tries;
    private boolean doubtful;

    /** Until then an answer is awaited, or the line is listened to. */
    private long until;

    ModbusFlow(ModbusTable table, long nowMs) {
        this.table = table;
        this.timeoutMs = table.timeout().toMillis();
        this.due = new long[table.polls().size()];
        Arrays.fill(due, nowMs);
        this.until = nowMs;
    }

    /** False when too many writes wait already. */
    boolean order(long id, Write write, long raw) {
        return orders.size() < WRITES_MAX && orders.add(new Order(id, write, raw));
    }

    /** Can so many writes be ordered? */
    boolean room(int writes) {
        return orders.size() + writes <= WRITES_MAX;
    }

    /** What to send now; null when nothing is due. Then ask again at {@link #wakeMs}. */
    byte @Nullable [] next(long nowMs) {
        if (question != null || nowMs < until) {
            return null;
        }
        held = new byte[0];
        order = orders.poll();
        if (order == null && !choosePoll(nowMs)) {
            return null;
        }
        tries = 0;
        doubtful = false;
        question =
                order == null
                        ? ModbusFrame.read(table.polls().get(polled))
                        : ModbusFrame.write(order.write, order.raw);
        until = nowMs + timeoutMs;
        return question;
    }

    /** The poll that is due the longest. */
    private boolean choosePoll(long nowMs) {
        int chosen = 0;
        for (int i = 1; i < due.length; i++) {
            chosen = due[i] < due[chosen] ? i : chosen;
        }
        if (due[chosen] > nowMs) {
            return false;
        }
        polled = chosen;
        due[chosen] = nowMs + table.polls().get(chosen).every().toMillis();
        return true;
    }

    /** Bytes from the line; null when they end no question. */
    @Nullable Result received(byte[] bytes, long nowMs) {
        byte[] asked = question;
        if (asked == null || doubtful) {
            return null;
        }
        int before = held.length;
        held = Arrays.copyOf(held, Math.min(ANSWER_MAX, before + bytes.length));
        System.arraycopy(bytes, 0, held, before, held.length - before);
        try {
            ModbusFrame.Answer answer = ModbusFrame.answer(asked, held);
            if (answer == null) {
                return null;
            }
            if (answer.size() != before + bytes.length) {
                throw new BadFrame("more than an answer");
            }
            return ended(nowMs, answer);
        } catch (BadFrame e) {
            // Nobody knows where the next frame begins: hear it out, then ask again.
            doubtful = true;
            return null;
        }
    }

    private Result ended(long nowMs, ModbusFrame.Answer answer) {
        Order done = order;
        int exception = answer.exception();
        // After a repeated question there may be one more answer on its way: each asking can be
        // answered, the last one up to two timeouts after it was sent.
        close(tries == 0 ? nowMs + table.pause().toMillis() : until + timeoutMs);
        if (done != null) {
            return new Result.Written(done.id, exception);
        }
        Poll poll = table.polls().get(polled);
        return exception == 0
                ? new Result.Values(ModbusNumbers.read(poll, answer.data()))
                : new Result.Unread(poll, exception);
    }

    /** Time passed: what to send again; null when nothing. {@link #gaveUp} comes first. */
    byte @Nullable [] repeat(long nowMs) {
        byte[] asked = question;
        if (asked == null || nowMs < until) {
            return null;
        }
        tries++;
        doubtful = false;
        held = new byte[0];
        until = nowMs + timeoutMs;
        return asked;
    }

    /** The question was asked as often as it may be; null while it is still open. */
    @Nullable Result gaveUp(long nowMs) {
        if (question == null || nowMs < until || tries < table.retries()) {
            return null;
        }
        Order lost = order;
        close(until + timeoutMs);
        return lost == null
                ? new Result.Unread(table.polls().get(polled), 0)
                : new Result.Written(lost.id, -1);
    }

    private void close(long freeAt) {
        question = null;
        order = null;
        held = new byte[0];
        until = freeAt;
    }

    /** When something is to be done next, if nothing comes before. */
    long wakeMs() {
        if (question != null || !orders.isEmpty()) {
            return until;
        }
        return Math.max(until, Arrays.stream(due).min().orElse(until));
    }
}
