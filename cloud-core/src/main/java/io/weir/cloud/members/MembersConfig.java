package io.weir.cloud.members;

import java.net.URI;
import java.time.Duration;

/**
 * Settings of the members context.
 *
 * @param accessToken how long an access token lives, at most an hour
 * @param session how long a session lives, however often it is renewed
 * @param hashThreads threads that hash passwords, per process
 * @param hashQueue logins that may wait for one, per instance; one more gets 429
 * @param argonMemoryKib memory of one Argon2id hash
 * @param argonPasses its passes
 * @param codeLife how long a code by SMS is good
 * @param codeTries wrong answers that a code survives
 * @param codePause between two codes to one number
 * @param codesPerHour to one number
 * @param codesPerDay to one number
 * @param codesPerAddress an hour
 * @param codesPerVendor a day
 * @param challengeAfter failures within a quarter of an hour after which an image must be read
 * @param sms channel of codes: aliyun, log (demo only: codes stand in the log) or none
 * @param smsUrl of Aliyun's SMS service
 * @param smsKey access key id
 * @param smsSecret access key secret; from the environment
 * @param smsSign signature that a message begins with
 * @param smsTemplate template with {@code code}
 * @param wechatUrl of WeChat's API
 * @param registerUrl page that referral codes lead to; vid and rid are added
 */
public record MembersConfig(
        Duration accessToken,
        Duration session,
        int hashThreads,
        int hashQueue,
        int argonMemoryKib,
        int argonPasses,
        Duration codeLife,
        int codeTries,
        Duration codePause,
        int codesPerHour,
        int codesPerDay,
        int codesPerAddress,
        int codesPerVendor,
        int challengeAfter,
        String sms,
        URI smsUrl,
        String smsKey,
        String smsSecret,
        String smsSign,
        String smsTemplate,
        URI wechatUrl,
        URI registerUrl) {
    public MembersConfig {
        if (accessToken.toSeconds() < 1 || accessToken.toMinutes() > 60) {
            throw new IllegalArgumentException("accessToken must be PT1S..PT60M");
        }
        if (session.compareTo(accessToken) < 0) {
            throw new IllegalArgumentException("session must not be shorter than accessToken");
        }
        if (hashThreads < 1 || hashQueue < 1 || argonPasses < 1) {
            throw new IllegalArgumentException(
                    "hashThreads, hashQueue and argonPasses must be positive");
        }
        if (argonMemoryKib < 1024) {
            throw new IllegalArgumentException("argonMemoryKib must be at least 1024");
        }
        if (codeLife.toSeconds() < 30 || codeLife.toMinutes() > 30) {
            throw new IllegalArgumentException("codeLife must be PT30S..PT30M");
        }
        if (codeTries < 1 || codesPerHour < 1 || codesPerDay < 1 || challengeAfter < 1) {
            throw new IllegalArgumentException(
                    "codeTries, codesPerHour, codesPerDay and challengeAfter must be positive");
        }
        if (codesPerAddress < 1 || codesPerVendor < 1) {
            throw new IllegalArgumentException(
                    "codesPerAddress and codesPerVendor must be positive");
        }
        if (!sms.matches("aliyun|log|none")) {
            throw new IllegalArgumentException("sms must be aliyun, log or none");
        }
        if (sms.equals("aliyun")
                && (smsKey.isEmpty()
                        || smsSecret.isEmpty()
                        || smsSign.isEmpty()
                        || smsTemplate.isEmpty())) {
            throw new IllegalArgumentException(
                    "sms aliyun needs smsKey, smsSecret, smsSign and smsTemplate");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "MembersConfig[sms=" + sms + ", smsKey=" + smsKey + "]";
    }
}
