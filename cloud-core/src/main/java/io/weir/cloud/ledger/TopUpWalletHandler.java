package io.weir.cloud.ledger;

import io.weir.api.ledger.WalletOps;
import io.weir.model.Money;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.Map;

/**
 * Brings money into a member's own wallet: attempt row, channel, then one posting when the channel
 * has confirmed. Asked again with the same key it goes on where it stopped.
 */
final class TopUpWalletHandler {
    private static final Money LEAST = Money.ofFen(1);
    private static final Money MOST = Money.ofFen(1_000_000);

    private final Tx tx;
    private final Time time;
    private final LedgerBatcher batcher;
    private final Map<String, PayChannel> channels;
    private final TopUpStore store = new TopUpStore();

    TopUpWalletHandler(Tx tx, Time time, LedgerBatcher batcher, Map<String, PayChannel> channels) {
        this.tx = tx;
        this.time = time;
        this.batcher = batcher;
        this.channels = channels;
    }

    WalletOps.ToppedUp handle(Call call, WalletOps.TopUp request) {
        if (!call.actor().isMember()) {
            throw new Rejected(CommonError.FORBIDDEN, "only a member pays into a wallet");
        }
        String path = WalletHandlers.path(call, request.uid());
        String key = call.idempotencyKey();
        if (key == null) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REQUIRED, "a top-up needs an Idempotency-Key");
        }
        Money amount = request.amount();
        if (amount.compareTo(LEAST) < 0 || amount.compareTo(MOST) > 0) {
            throw Rejected.invalid("amount", LEAST + " to " + MOST);
        }
        PayChannel channel = channels.get(request.channel());
        if (channel == null) {
            throw Rejected.invalid("channel", "one of " + channels.keySet());
        }
        TopUpStore.Stored stored =
                tx.run(
                        call.scope(),
                        db -> {
                            if (channel.name().equals(LabChannel.NAME) && !store.bornForDemo(db)) {
                                throw new Rejected(
                                        LedgerError.CHANNEL_NOT_ALLOWED,
                                        "this platform takes no play money");
                            }
                            return store.attempt(
                                    db,
                                    key,
                                    path,
                                    request.uid(),
                                    channel.name(),
                                    amount,
                                    time.now());
                        });
        PayChannel.Attempt attempt = stored.attempt();
        if (!attempt.amount().equals(amount) || !stored.channel().equals(channel.name())) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REUSED,
                    "this Idempotency-Key was used for another top-up");
        }
        PayChannel.Confirmation paid = channel.pay(attempt).await();
        if (!paid.amount().equals(attempt.amount())) {
            throw new IllegalStateException(
                    paid.outTradeNo() + " was confirmed with another amount");
        }
        var ask =
                new Ask.TopUp(
                        paid.outTradeNo(),
                        attempt.tenant(),
                        attempt.member(),
                        channel.name(),
                        paid.amount());
        batcher.submit(Command.of(call.scope(), ask)).await();
        return new WalletOps.ToppedUp(paid.outTradeNo(), channel.name(), amount, "SUCCESS");
    }
}
