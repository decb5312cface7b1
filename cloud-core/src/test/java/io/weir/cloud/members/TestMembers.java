package io.weir.cloud.members;

import java.net.URI;
import java.time.Duration;

/** Settings of the members context for tests. */
public final class TestMembers {
    private TestMembers() {}

    /** Cheap hashes, no pause between codes. */
    public static MembersConfig config(String sms, String wechatUrl) {
        return config(sms, "http://127.0.0.1:1", wechatUrl);
    }

    static MembersConfig config(String sms, String smsUrl, String wechatUrl) {
        return with(1, 16, 1024, 1, sms, smsUrl, wechatUrl, Duration.ZERO, 5, 50);
    }

    static MembersConfig hashing(int threads, int queue, int memoryKib, int passes) {
        String none = "http://127.0.0.1:1";
        return with(threads, queue, memoryKib, passes, "none", none, none, Duration.ZERO, 5, 1000);
    }

    static MembersConfig withSecret(String smsUrl, String secret) {
        MembersConfig c = with(1, 16, 1024, 1, "aliyun", smsUrl, smsUrl, Duration.ZERO, 5, 5);
        return new MembersConfig(
                c.accessToken(),
                c.session(),
                c.hashThreads(),
                c.hashQueue(),
                c.argonMemoryKib(),
                c.argonPasses(),
                c.codeLife(),
                c.codeTries(),
                c.codePause(),
                c.codesPerHour(),
                c.codesPerDay(),
                c.codesPerAddress(),
                c.codesPerVendor(),
                c.challengeAfter(),
                c.sms(),
                c.smsUrl(),
                c.smsKey(),
                secret,
                c.smsSign(),
                c.smsTemplate(),
                c.wechatUrl(),
                c.registerUrl());
    }

    static MembersConfig with(
            int threads,
            int queue,
            int memoryKib,
            int passes,
            String sms,
            String smsUrl,
            String wechatUrl,
            Duration pause,
            int perHour,
            int challengeAfter) {
        return new MembersConfig(
                Duration.ofMinutes(15),
                Duration.ofDays(30),
                threads,
                queue,
                memoryKib,
                passes,
                Duration.ofMinutes(5),
                3,
                pause,
                perHour,
                10,
                1000,
                1000,
                challengeAfter,
                sms,
                URI.create(smsUrl),
                AliyunStandIn.KEY,
                AliyunStandIn.SECRET,
                "Weir",
                "SMS_0001",
                URI.create(wechatUrl),
                URI.create("https://weir.example/register"));
    }
}
