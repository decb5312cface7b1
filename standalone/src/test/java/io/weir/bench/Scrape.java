package io.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What a process says at {@code /metrics}. */
record Scrape(String text) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    /**
     * @param management URL of the management port
     */
    static Scrape of(String management) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(management + "/metrics"))
                            .timeout(Duration.ofSeconds(20))
                            .build();
            return new Scrape(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Of all series that begin so; 0 when there is none. */
    long sum(String beginning) {
        return (long)
                text.lines()
                        .filter(line -> line.startsWith(beginning))
                        .mapToDouble(
                                line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .sum();
    }
}
