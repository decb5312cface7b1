package io.weir.edge.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;
import io.weir.edge.ingest.tcp.ModbusFrame.Answer;

import java.util.Arrays;

/**
 * Whatever comes from a line of slaves: an answer only when it is one to the question, byte for
 * byte.
 */
class ModbusFuzzTest {
    private static final int ANSWER_MAX = 260;

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void answers(byte[] input) {
        if (input.length < 1) {
            return;
        }
        byte[] question = question(input[0]);
        byte[] came = Arrays.copyOfRange(input, 1, input.length);
        came(question, came);
        // The same with a right CRC, else no mutation ever gets behind it.
        int[] words = new int[Math.min(came.length, ANSWER_MAX)];
        for (int i = 0; i < words.length; i++) {
            words[i] = came[i];
        }
        came(question, ModbusFrame.closed(words));
    }

    private static byte[] question(byte choice) {
        return switch (choice & 7) {
            case 0 -> ModbusFrame.closed(1, 1, 0, 3, 0, 9);
            case 1 -> ModbusFrame.closed(1, 3, 0, 0, 0, 1);
            case 2 -> ModbusFrame.closed(1, 4, 0, 0, 0, 125);
            case 3 -> ModbusFrame.closed(1, 2, 0, 0, 7, 0xd0);
            case 4 -> ModbusFrame.closed(1, 5, 0, 0, 0xff, 0);
            case 5 -> ModbusFrame.closed(1, 6, 0, 1, 0, 7);
            default -> ModbusFrame.closed(1, 16, 0, 0, 0, 2, 4, 0, 1, 0, 2);
        };
    }

    private static void came(byte[] question, byte[] bytes) {
        int ended = bytes.length + 1;
        for (int size = 0; size <= bytes.length; size++) {
            String said = said(question, Arrays.copyOf(bytes, size));
            if (!said.equals("more")) {
                ended = size;
                assertThat(said(question, bytes))
                        .as("more bytes change nothing of an answer that is whole")
                        .isEqualTo(said);
                break;
            }
        }
        assertThat(Math.min(ended, bytes.length)).as("no answer is longer").isLessThan(ANSWER_MAX);
    }

    private static String said(byte[] question, byte[] bytes) {
        try {
            Answer answer = ModbusFrame.answer(question, bytes);
            if (answer == null) {
                return "more";
            }
            assertThat(answer.size()).isBetween(5, bytes.length);
            int crc = ModbusFrame.crc(bytes, answer.size() - 2);
            assertThat(bytes[answer.size() - 2]).isEqualTo((byte) crc);
            assertThat(bytes[answer.size() - 1]).isEqualTo((byte) (crc >> 8));
            assertThat(answer.data().length).isLessThanOrEqualTo(250);
            return answer.size() + " " + answer.exception() + Arrays.toString(answer.data());
        } catch (BadFrame e) {
            return "fault";
        }
    }
}
