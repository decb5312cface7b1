package io.weir.cloud.members;

import io.weir.api.members.CodeOps.Challenge;
import io.weir.cloud.members.CodeStore.Sealed;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Images that a person must read after failures, before more may be tried. */
final class Challenges {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final Duration REMEMBERED = Duration.ofMinutes(15);
    private static final int LENGTH = 4;

    private final Tx tx;
    private final Time time;
    private final int after;
    private final ChallengeImage image = new ChallengeImage();

    /**
     * @param after so many failures within a quarter of an hour
     */
    Challenges(Tx tx, Time time, int after) {
        this.tx = tx;
        this.time = time;
        this.after = after;
    }

    Challenge fresh() {
        String word = Secrets.word(ChallengeImage.LETTERS, LENGTH);
        String id = Secrets.id();
        Sealed sealed = Secrets.sealed(word);
        tx.system(
                c -> {
                    CodeStore.addChallenge(c, id, sealed, time.now().plus(LIFE));
                    return id;
                });
        String png = Base64.getEncoder().encodeToString(image.png(word));
        return new Challenge(id, "data:image/png;base64," + png, (int) LIFE.toSeconds());
    }

    /** Lets through who has not failed too often, or has read an image. */
    void demand(String who, @Nullable String id, @Nullable String answer) {
        int failures = tx.look(c -> CodeStore.failures(c, who, time.now().minus(REMEMBERED)));
        if (failures < after) {
            return;
        }
        Sealed sealed =
                id == null || answer == null
                        ? null
                        : tx.system(c -> CodeStore.takeChallenge(c, id, time.now()));
        if (sealed == null || answer == null || !Secrets.matches(sealed, answer)) {
            throw new Rejected(
                    MembersError.CHALLENGE_REQUIRED,
                    "read the image of GET /challenges and send challenge_id and challenge_answer",
                    List.of(new FieldError("challenge_answer", "must be what the image says")));
        }
    }

    void failed(String who) {
        tx.system(
                c -> {
                    CodeStore.failed(c, who, time.now());
                    return who;
                });
    }

    void succeeded(String who) {
        tx.system(
                c -> {
                    CodeStore.forgive(c, who);
                    return who;
                });
    }
}
