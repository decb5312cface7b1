package io.weir.cloud.subscription;

import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.subscription.SubscriptionOps.Acknowledge;
import io.weir.api.subscription.SubscriptionOps.CreateSubscription;
import io.weir.api.subscription.SubscriptionOps.GetSubscription;
import io.weir.api.subscription.SubscriptionOps.ListSubscriptions;
import io.weir.api.subscription.SubscriptionOps.Login;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.api.subscription.SubscriptionOps.Pull;
import io.weir.api.subscription.SubscriptionOps.Seek;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Subscriptions and their messages, for their tenant and those above it. */
final class SubscriptionHandlers {
    private static final int SECRET = 40;

    /** A reader that waits looks again so often, whatever hints got lost. */
    private static final long LOOK_MS = 2_000;

    private final Tx tx;
    private final Time time;
    private final SubscriptionConfig config;
    private final Waiters waiters;

    SubscriptionHandlers(Tx tx, Time time, SubscriptionConfig config, Waiters waiters) {
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.waiters = waiters;
    }

    Subscription create(Call call, CreateSubscription ask) {
        String secret = Letters.some(SECRET);
        Scope scope = call.scope();
        var fresh =
                new Subscription(
                        Letters.id(),
                        scope.path(),
                        ask.name(),
                        ask.productKeys() == null ? List.of() : List.copyOf(ask.productKeys()),
                        ask.kinds().stream().distinct().toList(),
                        secret,
                        0,
                        0,
                        0,
                        time.now().truncatedTo(ChronoUnit.SECONDS));
        return tx.run(
                scope,
                c -> {
                    if (SubscriptionStore.countLocked(c, scope.path()) >= config.perTenant()) {
                        throw new Rejected(
                                SubscriptionError.TOO_MANY_SUBSCRIPTIONS,
                                "a tenant has " + config.perTenant() + " subscriptions at most");
                    }
                    if (!SubscriptionStore.insert(c, fresh, hash(secret))) {
                        throw new Rejected(
                                SubscriptionError.NAME_TAKEN, "name: is taken by another one");
                    }
                    audit(c, call, "create", fresh, null, fresh);
                    return fresh;
                });
    }

    Subscription get(Call call, GetSubscription ask) {
        return tx.run(call.scope(), c -> find(c, call.scope(), ask.subscriptionId()));
    }

    Page<Subscription> list(Call call, ListSubscriptions ask) {
        return tx.run(
                call.scope(),
                c -> SubscriptionStore.page(c, call.scope(), ask.limit(), ask.offset()));
    }

    Subscription rotate(Call call, GetSubscription ask) {
        String secret = Letters.some(SECRET);
        return tx.run(
                call.scope(),
                c -> {
                    String id = ask.subscriptionId();
                    if (!SubscriptionStore.setSecret(c, call.scope(), id, hash(secret))) {
                        throw missing(id);
                    }
                    Subscription rotated = with(find(c, call.scope(), id), secret);
                    audit(c, call, "secret.rotate", rotated, null, rotated);
                    return rotated;
                });
    }

    Subscription remove(Call call, GetSubscription ask) {
        return tx.run(
                call.scope(),
                c -> {
                    Subscription before = find(c, call.scope(), ask.subscriptionId());
                    SubscriptionStore.remove(c, call.scope(), ask.subscriptionId());
                    audit(c, call, "remove", before, before, null);
                    return before;
                });
    }

    List<Message> pull(Call call, Pull ask) {
        long deadline = time.tick().ms() + ask.waitS() * 1000L;
        while (true) {
            Promise<Void> hint = waiters.register(ask.subscriptionId());
            try {
                List<Message> messages = now(call.scope(), ask);
                long left = deadline - time.tick().ms();
                if (!messages.isEmpty() || left <= 0) {
                    return messages;
                }
                waiters.await(hint, Math.min(left, LOOK_MS));
            } finally {
                waiters.forget(ask.subscriptionId(), hint);
            }
        }
    }

    private List<Message> now(Scope scope, Pull ask) {
        return tx.run(
                scope,
                c -> {
                    Subscription s = find(c, scope, ask.subscriptionId());
                    long after = ask.after() == null ? s.acknowledged() : ask.after();
                    return after >= s.last()
                            ? List.<Message>of()
                            : MessageStore.pull(c, scope, ask.subscriptionId(), after, ask.limit());
                });
    }

    Subscription acknowledge(Call call, Acknowledge ask) {
        return tx.run(
                call.scope(),
                c -> {
                    SubscriptionStore.acknowledge(c, call.scope(), ask.subscriptionId(), ask.seq());
                    return find(c, call.scope(), ask.subscriptionId());
                });
    }

    Subscription seek(Call call, Seek ask) {
        if ((ask.seq() == null) == (ask.at() == null)) {
            throw Rejected.invalid("seq", "must be given, or at, but not both");
        }
        return tx.run(
                call.scope(),
                c -> {
                    String id = ask.subscriptionId();
                    Subscription s = find(c, call.scope(), id);
                    SubscriptionStore.seek(c, call.scope(), id, before(c, call.scope(), s, ask));
                    Subscription after = find(c, call.scope(), id);
                    audit(c, call, "seek", s, s, after);
                    return after;
                });
    }

    private static long before(SqlConnection c, Scope scope, Subscription s, Seek ask) {
        if (ask.seq() != null) {
            return ask.seq() - 1;
        }
        Long first =
                ask.at() == null
                        ? null
                        : MessageStore.firstAt(c, scope, s.subscriptionId(), ask.at());
        return first == null ? s.last() : first - 1;
    }

    /** UNAUTHENTICATED for a wrong secret and an unknown subscription alike. */
    Subscription login(Call call, Login ask) {
        return tx.system(
                c -> {
                    byte[] there = SubscriptionStore.secretHash(c, ask.subscriptionId());
                    byte[] given = hash(ask.secret());
                    if (there == null || !MessageDigest.isEqual(there, given)) {
                        throw new Rejected(
                                CommonError.UNAUTHENTICATED, "no such subscription and secret");
                    }
                    return find(c, Scope.PLATFORM, ask.subscriptionId());
                });
    }

    private void audit(
            SqlConnection c,
            Call call,
            String verb,
            Subscription of,
            @Nullable Subscription before,
            @Nullable Subscription after) {
        AuditStore.add(
                c,
                call,
                time.now(),
                of.tenant(),
                "subscription." + verb,
                "subscription:" + of.subscriptionId(),
                before,
                after);
    }

    private static Subscription find(SqlConnection c, Scope scope, String id) {
        Subscription found = SubscriptionStore.find(c, scope, id);
        if (found == null) {
            throw missing(id);
        }
        return found;
    }

    private static Rejected missing(String id) {
        return Rejected.notFound("subscription " + id);
    }

    private static Subscription with(Subscription s, @Nullable String secret) {
        return new Subscription(
                s.subscriptionId(),
                s.tenant(),
                s.name(),
                s.productKeys(),
                s.kinds(),
                secret,
                s.last(),
                s.acknowledged(),
                s.skipped(),
                s.createTms());
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
