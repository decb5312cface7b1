package io.weir.edge.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.ingest.tcp.ModbusFlow.Result;
import io.weir.edge.ingest.tcp.ModbusTable.Number;
import io.weir.edge.ingest.tcp.ModbusTable.Poll;
import io.weir.edge.ingest.tcp.ModbusTable.Value;
import io.weir.edge.ingest.tcp.ModbusTable.Write;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One question at a time, and never an answer taken for another question's. */
class ModbusFlowTest {
    private static final Value ML = new Value("total_ml", 0, Number.UINT32, null);
    private static final Value HOT =
            new Value("temperature", 0, Number.INT16, new BigDecimal("0.1"));
    private static final ModbusTable TABLE =
            new ModbusTable(
                    List.of(
                            new Poll(1, 3, 0, 2, Duration.ofSeconds(1), List.of(ML)),
                            new Poll(1, 3, 100, 2, Duration.ofSeconds(1), List.of(HOT))),
                    List.of(new Write("setpoint", 1, 6, 10, Number.UINT16, null)),
                    Duration.ofMillis(200),
                    2,
                    Duration.ofMillis(20));

    @Example
    void theCrcIsTheOneOfTheSpecification() {
        // Well-known vectors: CRC-16/MODBUS of "123456789" is 4B37; 01 03 00 00 00 0A ends C5 CD.
        assertThat(ModbusFrame.crc("123456789".getBytes(StandardCharsets.US_ASCII), 9))
                .isEqualTo(0x4B37);
        Poll ten = new Poll(1, 3, 0, 10, Duration.ofSeconds(1), List.of(ML));
        assertThat(HexFormat.of().formatHex(ModbusFrame.read(ten))).isEqualTo("01030000000ac5cd");
    }

    @Example
    void aReadBecomesExactNumbers() {
        ModbusFlow flow = new ModbusFlow(TABLE, 0);
        byte[] asked = flow.next(0);
        assertThat(asked).isNotNull();
        assertThat(flow.next(0)).isNull();
        byte[] answer = SlaveLine.answer(asked, r -> r == 0 ? 0x1234 : 0xfffe);
        assertThat(flow.received(answer, 5))
                .isEqualTo(new Result.Values(Map.of("total_ml", new BigDecimal(0x1234fffeL))));
        assertThat(flow.next(6)).isNull();
        assertThat(flow.wakeMs()).isEqualTo(25);
        byte[] second = flow.next(25);
        assertThat(SlaveLine.word(second, 2)).isEqualTo(100);
        assertThat(flow.received(SlaveLine.answer(second, r -> -123), 30))
                .isEqualTo(new Result.Values(Map.of("temperature", new BigDecimal("-12.3"))));
        assertThat(flow.wakeMs()).isEqualTo(1000);
    }

    @Example
    void aSlaveThatIsSilentIsAskedAgainAndThenGivenUp() {
        ModbusFlow flow = new ModbusFlow(TABLE, 0);
        byte[] asked = flow.next(0);
        for (int i = 1; i <= 2; i++) {
            assertThat(flow.gaveUp(200 * i)).isNull();
            assertThat(flow.repeat(200 * i)).isEqualTo(asked);
        }
        assertThat(flow.gaveUp(599)).isNull();
        assertThat(flow.gaveUp(600)).isEqualTo(new Result.Unread(TABLE.polls().getFirst(), 0));
        assertThat(flow.next(700)).as("listens first").isNull();
        assertThat(flow.next(800)).isNotNull();
    }

    @Example
    void anExceptionIsAnAnswer() {
        ModbusFlow flow = new ModbusFlow(TABLE, 0);
        byte[] asked = flow.next(0);
        assertThat(flow.received(SlaveLine.exception(asked, 2), 10))
                .isEqualTo(new Result.Unread(TABLE.polls().getFirst(), 2));
    }

    @Example
    void aWriteGoesBeforeThePollsAndIsEchoed() {
        ModbusFlow flow = new ModbusFlow(TABLE, 0);
        Write write = TABLE.writes().getFirst();
        assertThat(flow.order(7, write, 42)).isTrue();
        byte[] asked = flow.next(0);
        assertThat(HexFormat.of().formatHex(asked)).startsWith("0106000a002a");
        byte[] wrong = ModbusFrame.write(write, 43);
        assertThat(flow.received(wrong, 10)).as("another value's echo").isNull();
        assertThat(flow.repeat(200)).isEqualTo(asked);
        assertThat(flow.received(SlaveLine.answer(asked, r -> 0), 210))
                .isEqualTo(new Result.Written(7, 0));
        for (int i = 0; i < ModbusFlow.WRITES_MAX; i++) {
            assertThat(flow.order(i, write, i)).isTrue();
        }
        assertThat(flow.order(99, write, 0)).isFalse();
    }

    @Example
    void whatASlaveCanNotHoldIsNotWritten() {
        Write tenth = new Write("t", 1, 6, 0, Number.INT16, new BigDecimal("0.1"));
        assertThat(ModbusNumbers.raw(tenth, new BigDecimal("-12.5"))).isEqualTo(-125);
        assertThat(ModbusNumbers.raw(tenth, new BigDecimal("0.05"))).isNull();
        assertThat(ModbusNumbers.raw(tenth, new BigDecimal("3276.8"))).isNull();
    }

    /**
     * A slave line that is late, noisy, silent and splits its answers; each register says where it
     * is and how often it was asked, so that a value taken for another register's shows. An answer
     * is at most as late as two timeouts: beyond, RTU has no way to tell.
     */
    @Property(tries = 200)
    void noAnswerIsEverTakenForAnotherRegisters(@ForAll long seed) {
        Random chance = new Random(seed);
        ModbusFlow flow = new ModbusFlow(TABLE, 0);
        record Late(long at, byte[] bytes) {}
        List<Late> line = new ArrayList<>();
        int values = 0;
        for (long now = 0; now < 60_000; now += 5) {
            List<Result> results = new ArrayList<>();
            for (Late l : List.copyOf(line)) {
                if (l.at <= now) {
                    line.remove(l);
                    results.add(flow.received(l.bytes, now));
                }
            }
            results.add(flow.gaveUp(now));
            byte[] sent = flow.repeat(now);
            sent = sent == null ? flow.next(now) : sent;
            if (sent != null && chance.nextInt(10) > 0) {
                byte[] answer = SlaveLine.answer(sent, r -> r < 100 ? 7 : 9);
                if (chance.nextInt(6) == 0) {
                    answer = SlaveLine.spoilt(answer, chance.nextInt(64));
                }
                long at = now + (chance.nextInt(4) == 0 ? chance.nextInt(195) + 200 : 10);
                int split = chance.nextInt(answer.length);
                line.add(new Late(at, java.util.Arrays.copyOf(answer, split)));
                line.add(
                        new Late(
                                at + chance.nextInt(2) * 5,
                                java.util.Arrays.copyOfRange(answer, split, answer.length)));
            }
            for (Result r : results) {
                if (r instanceof Result.Values v) {
                    values++;
                    assertThat(v.values())
                            .as("seed %d at %d", seed, now)
                            .isIn(
                                    Map.of("total_ml", new BigDecimal(0x70007)),
                                    Map.of("temperature", new BigDecimal("0.9")));
                }
            }
        }
        assertThat(values).as("seed %d", seed).isGreaterThan(10);
    }
}
