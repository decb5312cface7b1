package io.weir.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.edge.guard.Ban.Kind;
import io.weir.runtime.time.ManualTime;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class BanListTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private static Ban ban(Kind kind, String value, int seconds) {
        Instant until = seconds == 0 ? null : T0.plusSeconds(seconds);
        return new Ban(kind, value, "test", "operator", T0, until);
    }

    private static Ban own(String device, int seconds) {
        return new Ban(Kind.DEVICE, device, "flapping", Ban.GATEWAY, T0, T0.plusSeconds(seconds));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void addressesAndBlocksOfBothFamilies() {
        BanList bans = new BanList(10);
        bans.put(ban(Kind.CIDR, "10.1.2.3/20", 0));
        bans.put(ban(Kind.CIDR, "2001:db8::/33", 0));
        bans.put(ban(Kind.ADDRESS, "192.0.2.7", 0));
        bans.put(ban(Kind.CIDR, "198.51.100.9/32", 0));
        assertThat(bans.find(address("10.1.0.0"), T0)).isNotNull();
        assertThat(bans.find(address("10.1.15.255"), T0)).isNotNull();
        assertThat(bans.find(address("10.1.16.0"), T0)).isNull();
        assertThat(bans.find(address("2001:db8:7fff::1"), T0)).isNotNull();
        assertThat(bans.find(address("2001:db8:8000::1"), T0)).isNull();
        assertThat(bans.find(address("192.0.2.7"), T0)).isNotNull();
        assertThat(bans.find(address("192.0.2.8"), T0)).isNull();
        assertThat(bans.find(address("198.51.100.9"), T0)).isNotNull();
        assertThat(bans.find(address("198.51.100.8"), T0)).isNull();
        assertThat(AddressRange.parse("::ffff:192.0.2.7", false)).hasToString("192.0.2.7");
        assertThat(AddressRange.party(address("2001:db8:1:2:3:4:5:6")))
                .isEqualTo(AddressRange.party(address("2001:db8:1:2:ffff::1")))
                .isNotEqualTo(AddressRange.party(address("2001:db8:1:3::1")));
    }

    @Test
    void whatIsNoBanIsRefused() {
        for (String wrong : new String[] {"10.0.0.0", "10.0.0.0/0", "10.0.0.0/33", "x/8", "a/b"}) {
            assertThatThrownBy(() -> ban(Kind.CIDR, wrong, 0))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String wrong : new String[] {"10.0.0.0/8", "example.org", "", "10.0.0"}) {
            assertThatThrownBy(() -> ban(Kind.ADDRESS, wrong, 0))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ban(Kind.DEVICE, "D-1\nforged log line", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFullListDropsTheGatewaysOwnBansButNeverAnOperators() {
        BanList bans = new BanList(2);
        assertThat(bans.put(own("D-1", 60))).isTrue();
        assertThat(bans.put(own("D-2", 30))).isTrue();
        assertThat(bans.put(ban(Kind.DEVICE, "D-3", 10))).isTrue();
        assertThat(bans.find(Kind.DEVICE, "D-2", T0)).as("the first to end").isNull();
        assertThat(bans.put(ban(Kind.DEVICE, "D-4", 10))).isTrue();
        assertThat(bans.put(own("D-5", 60))).isFalse();
        assertThat(bans.put(ban(Kind.DEVICE, "D-3", 20))).as("in place of itself").isTrue();
        assertThat(bans.size()).isEqualTo(2);
    }

    @Test
    void theGatewayDoesNotShortenAnOperatorsBan() {
        BanList bans = new BanList(2);
        bans.put(ban(Kind.DEVICE, "D-1", 0));
        bans.putUnlessBanned(own("D-1", 60));
        assertThat(bans.find(Kind.DEVICE, "D-1", T0.plusSeconds(3600))).isNotNull();
    }

    /** Against a plain map of who is banned until when. */
    @Property(tries = 500)
    void aBanHoldsUntilItIsOverOrLifted(@ForAll long seed) {
        Random random = new Random(seed);
        BanList bans = new BanList(100);
        Map<String, Instant> model = new HashMap<>();
        Instant now = T0;
        for (int i = 0; i < 200; i++) {
            String device = "D-" + random.nextInt(8);
            switch (random.nextInt(4)) {
                case 0 -> {
                    Instant until = now.plusSeconds(1 + random.nextInt(30));
                    bans.put(new Ban(Kind.DEVICE, device, "r", "o", now, until));
                    model.put(device, until);
                }
                case 1 -> {
                    bans.remove(Kind.DEVICE, device);
                    model.remove(device);
                }
                case 2 -> bans.expire(now);
                default -> now = now.plusMillis(random.nextInt(5_000));
            }
            for (int d = 0; d < 8; d++) {
                Instant until = model.get("D-" + d);
                assertThat(bans.find(Kind.DEVICE, "D-" + d, now) != null)
                        .as("seed %d step %d", seed, i)
                        .isEqualTo(until != null && until.isAfter(now));
            }
        }
    }

    /**
     * A device that keeps below the limit is never banned; one above it is, and comes in again when
     * the ban is over.
     */
    @Property(tries = 100)
    void onlyWhoFlapsIsBanned(@ForAll long seed) {
        Random random = new Random(seed);
        var time = new ManualTime(T0, "boot");
        var config = new Limits().with("flapsPerMinute", 6).flapBan(Duration.ofMinutes(2)).build();
        Guard guard = new Guard(config, time, Path.of("never-written"));
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofMillis(10_000 + random.nextInt(5_000)));
            assertThat(guard.flapping("steady")).as("seed %d", seed).isFalse();
        }
        int connects = 0;
        while (!guard.flapping("flapper")) {
            connects++;
            time.advance(Duration.ofMillis(random.nextInt(1_000)));
        }
        assertThat(connects).isBetween(6, 7);
        assertThat(guard.banned(Kind.DEVICE, "flapper")).isNotNull();
        assertThat(guard.banned(Kind.DEVICE, "steady")).isNull();
        time.advance(Duration.ofMinutes(2));
        assertThat(guard.banned(Kind.DEVICE, "flapper")).isNull();
        assertThat(guard.flapping("flapper")).isFalse();
    }

    @Test
    void bansSurviveARestartAndADamagedFileIsKeptAside(@TempDir Path folder) throws Exception {
        var time = new ManualTime(T0, "boot");
        Guard guard = new Guard(Limits.none(), time, folder);
        guard.load();
        guard.bans().put(ban(Kind.CIDR, "10.0.0.0/8", 0));
        guard.bans().put(ban(Kind.CLIENT_ID, "loud", 60));
        guard.bans().put(ban(Kind.DEVICE, "D-1", 10));
        guard.save();
        time.advance(Duration.ofSeconds(30));
        Guard again = new Guard(Limits.none(), time, folder);
        again.load();
        assertThat(again.bans().all(time.now()))
                .extracting(Ban::value)
                .containsExactlyInAnyOrder("10.0.0.0/8", "loud");
        assertThat(again.banned(address("10.9.9.9"))).isTrue();
        Files.writeString(folder.resolve("bans.json"), "{\"bans\":[{\"kind\":");
        Guard damaged = new Guard(Limits.none(), time, folder);
        damaged.load();
        assertThat(damaged.bans().size()).isZero();
        assertThat(folder.resolve("bans.json.bad")).exists();
    }
}
