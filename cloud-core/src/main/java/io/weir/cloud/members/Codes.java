package io.weir.cloud.members;

import io.weir.api.members.CodeOps.Sent;
import io.weir.cloud.members.CodeStore.Counts;
import io.weir.cloud.members.CodeStore.Sealed;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Codes by SMS: within limits per number, address and vendor, good once, for minutes and a few
 * tries. What was tried stays counted whatever becomes of the request that tried it.
 */
final class Codes {
    /** What a code is good for. */
    enum Purpose {
        /** Register or log in; the subject is the vendor. */
        ENTER,
        /** A new mobile; the subject is the member. */
        MOBILE,
        /** A forgotten password; the subject is the member. */
        RESET
    }

    /**
     * @param subject vid or uid, see {@link Purpose}
     */
    record For(Purpose purpose, String subject, String vid, String mobile) {}

    private final Tx tx;
    private final Time time;
    private final MembersConfig config;
    private final Challenges challenges;
    private final SmsChannel channel;

    Codes(Tx tx, Time time, MembersConfig config, Challenges challenges, SmsChannel channel) {
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.challenges = challenges;
        this.channel = channel;
    }

    /** What every request for a code is answered. */
    Sent sent() {
        return new Sent((int) config.codeLife().toSeconds(), (int) config.codePause().toSeconds());
    }

    /** Makes a code and brings it to the mobile. */
    Sent send(For what, String address, @Nullable String challengeId, @Nullable String answer) {
        challenges.demand(who(what), challengeId, answer);
        String code = made(what, address);
        channel.send(what.mobile(), code);
        return sent();
    }

    /** Counts as one and makes a code; the caller brings it. */
    String made(For what, String address) {
        String code = Secrets.code();
        Sealed sealed = Secrets.sealed(code);
        Instant now = time.now();
        tx.system(
                c -> {
                    CodeStore.alone(c);
                    limit(CodeStore.counts(c, what.mobile(), address, what.vid(), now), now);
                    CodeStore.add(
                            c,
                            what.purpose().name(),
                            what.subject(),
                            what.vid(),
                            what.mobile(),
                            address,
                            sealed,
                            now,
                            now.plus(config.codeLife()));
                    return code;
                });
        return code;
    }

    /** Uses a code up; BAD_CODE on the field {@code code} when it isn't the one. */
    void take(For what, String code) {
        if (!taken(what, code)) {
            throw bad();
        }
    }

    static Rejected bad() {
        return new Rejected(
                MembersError.BAD_CODE,
                "the code is wrong, used, too old or was tried too often",
                List.of(new FieldError("code", "must be the one that was sent last")));
    }

    boolean taken(For what, String code) {
        boolean good =
                tx.system(
                        c -> {
                            Sealed newest =
                                    CodeStore.newest(
                                            c,
                                            what.purpose().name(),
                                            what.subject(),
                                            what.mobile(),
                                            config.codeTries(),
                                            time.now());
                            if (newest == null) {
                                return false;
                            }
                            if (!Secrets.matches(newest, code)) {
                                CodeStore.tried(c, newest.id());
                                return false;
                            }
                            CodeStore.used(c, newest.id(), time.now());
                            return true;
                        });
        if (good) {
            challenges.succeeded(who(what));
        } else {
            challenges.failed(who(what));
        }
        return good;
    }

    private static String who(For what) {
        return "code:" + what.vid() + ":" + what.mobile();
    }

    private void limit(Counts sent, Instant now) {
        Instant last = sent.last();
        if (last != null && Duration.between(last, now).compareTo(config.codePause()) < 0) {
            throw tooMany("one code a " + config.codePause().toSeconds() + " s to one mobile");
        }
        if (sent.hour() >= config.codesPerHour()) {
            throw tooMany(config.codesPerHour() + " codes an hour to one mobile");
        }
        if (sent.day() >= config.codesPerDay()) {
            throw tooMany(config.codesPerDay() + " codes a day to one mobile");
        }
        if (sent.address() >= config.codesPerAddress()) {
            throw tooMany(config.codesPerAddress() + " codes an hour from one address");
        }
        if (sent.vendor() >= config.codesPerVendor()) {
            throw tooMany("this vendor has sent its codes of today");
        }
    }

    private static Rejected tooMany(String limit) {
        return new Rejected(MembersError.TOO_MANY_CODES, "at most " + limit + ", try later");
    }
}
