package io.weir.cloud.members;

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
 */
public record MembersConfig(
        Duration accessToken,
        Duration session,
        int hashThreads,
        int hashQueue,
        int argonMemoryKib,
        int argonPasses) {
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
    }
}
