package io.weir.cloud.members;

import io.vertx.core.Vertx;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which channel codes go through, by the setting {@code sms}. */
final class SmsChannels {
    private static final Logger LOG = LoggerFactory.getLogger(SmsChannels.class);

    private SmsChannels() {}

    static SmsChannel of(Vertx vertx, Time time, MembersConfig config) {
        return switch (config.sms()) {
            case "aliyun" -> new AliyunSms(vertx, time, config);
            case "log" -> (mobile, code) -> LOG.info("demo SMS to {}: code {}", mobile, code);
            default -> new None();
        };
    }

    private static final class None implements SmsChannel {
        @Override
        public void send(String mobile, String code) {
            demand();
        }

        @Override
        public void demand() {
            throw new Rejected(
                    MembersError.SMS_UNAVAILABLE,
                    "this platform sends no codes: set WEIR_MEMBERS_SMS");
        }
    }
}
