package io.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, section 14, of a content of 1000 bytes. */
class ByteRangeTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            textBlock =
                    """
                    none, 0, 1000, 200
                    bytes=0-, 0, 1000, 206
                    bytes=0-0, 0, 1, 206
                    bytes=999-, 999, 1, 206
                    bytes=10-19, 10, 10, 206
                    bytes=10-5000, 10, 990, 206
                    bytes = 10 - 19, 10, 10, 206
                    bytes=-5, 995, 5, 206
                    bytes=-5000, 0, 1000, 206
                    bytes=1000-, 0, 0, 416
                    bytes=1000-2000, 0, 0, 416
                    bytes=-0, 0, 0, 416
                    bytes=20-10, 0, 1000, 200
                    bytes=-, 0, 1000, 200
                    'bytes=0-1,5-6', 0, 1000, 200
                    lines=0-1, 0, 1000, 200
                    bytes=99999999999999999999-, 0, 1000, 200
                    bytes=a-b, 0, 1000, 200
                    """)
    void aRangeIsWhatTheBookSays(String header, long from, long length, int status) {
        assertThat(ByteRange.of(header, 1000)).isEqualTo(new ByteRange(from, length, status));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, 200", "bytes=0-, 416", "bytes=-1, 416"})
    void anEmptyContentHasNoRanges(String header, int status) {
        assertThat(ByteRange.of(header, 0)).isEqualTo(new ByteRange(0, 0, status));
    }
}
