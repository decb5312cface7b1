package io.weir.edge.download;

import java.time.Duration;

/**
 * Limits of what devices download; logical name {@code downloads} in verticles.json.
 *
 * @param cacheBytes of the disk for contents, whole or on their way; the one unused for longest
 *     goes, never one that is being sent
 * @param fileBytes of one content at most
 * @param fetches contents that are fetched from the cloud at once
 * @param window blocks of one content on their way at once
 * @param waiting contents that wait for their turn to be fetched
 * @param retryMin pause after a fetch that failed; doubled each time
 * @param retryMax the longest of these pauses
 * @param keepTrying a content that no device asked for during so long is not fetched any more
 * @param addressLife how long a device may download under one address
 * @param publicPort under which devices reach the gateway's HTTP; 0 = the port of edge-http
 * @param atOnce downloads of all devices at once
 * @param perDevice downloads of one device at once
 * @param patience how long a request waits for a content that is still coming
 * @param stall a download of which nothing was taken for so long is cut
 * @param offers offers over MQTT that are remembered, the oldest is forgotten first
 */
public record DownloadsConfig(
        long cacheBytes,
        long fileBytes,
        int fetches,
        int window,
        int waiting,
        Duration retryMin,
        Duration retryMax,
        Duration keepTrying,
        Duration addressLife,
        int publicPort,
        int atOnce,
        int perDevice,
        Duration patience,
        Duration stall,
        int offers) {
    private static final int MOST_SECONDS = 30 * 24 * 3600;

    public DownloadsConfig {
        check(cacheBytes >= 1 << 20, "cacheBytes: at least 1 MB");
        check(fileBytes >= 1024 && fileBytes <= cacheBytes, "fileBytes: 1 KB..cacheBytes");
        check(fetches >= 1 && fetches <= 16, "fetches: 1..16");
        check(window >= 1 && window <= 64, "window: 1..64");
        check(waiting >= 1, "waiting: at least 1");
        check(retryMin.toMillis() >= 10 && retryMax.compareTo(retryMin) >= 0, "retryMin, retryMax");
        check(keepTrying.toMillis() >= 100, "keepTrying");
        check(
                addressLife.toSeconds() >= 1 && addressLife.toSeconds() <= MOST_SECONDS,
                "addressLife: a second..30 days");
        check(publicPort >= 0 && publicPort < 65_536, "publicPort");
        check(atOnce >= 1 && perDevice >= 1, "atOnce, perDevice: at least 1");
        check(!patience.isNegative() && patience.toSeconds() <= 60, "patience: PT0S..PT1M");
        check(stall.toMillis() >= 100, "stall");
        check(offers >= 1, "offers: at least 1");
    }

    private static void check(boolean ok, String rule) {
        if (!ok) {
            throw new IllegalArgumentException(rule);
        }
    }
}
