package io.weir.cloud.members;

import io.weir.api.members.MemberOps.PutAccount;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * The first account: platform administrator {@value #NAME}. With a given password (
 * WEIR_ADMIN_PASSWORD) it is set whenever it differs; without one it is generated once, when the
 * account is born.
 */
public final class AdminBootstrap {
    public static final String NAME = "admin";

    private AdminBootstrap() {}

    /**
     * Waits: for a main thread, before verticles are up.
     *
     * @return the generated password, the only time that it is ever known; null when none was made
     */
    public static @Nullable String run(
            Tx tx, Time time, MembersConfig config, @Nullable String password) {
        Account before = tx.system(c -> AccountStore.byName(c, NAME));
        if (before != null) {
            String known = before.hash();
            if (password != null && (known == null || !Argon2.matches(password, known))) {
                set(tx, time, config, password, true);
            }
            return null;
        }
        String chosen = password == null ? generated() : password;
        boolean born = set(tx, time, config, chosen, password != null);
        return born && password == null ? chosen : null;
    }

    /**
     * Another node may do the same at the same time: a generated password never replaces one.
     *
     * @return whether the account was born by this call
     */
    private static boolean set(
            Tx tx, Time time, MembersConfig config, String password, boolean replace) {
        String hash = Argon2.hash(password, config.argonMemoryKib(), config.argonPasses());
        var admin = new PutAccount("/", null, Role.PLATFORM, NAME, null, null, 2, null);
        return tx.system(
                c -> {
                    AccountStore.alone(c);
                    Account there = AccountStore.byName(c, NAME);
                    String uid =
                            there == null
                                    ? AccountStore.insert(c, "0000", admin, time.now())
                                    : there.uid();
                    if (there == null || replace) {
                        AccountStore.setPassword(c, uid, hash, time.now());
                        Sessions.endAll(c, uid, "password set at start");
                    }
                    return there == null;
                });
    }

    private static String generated() {
        byte[] bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
