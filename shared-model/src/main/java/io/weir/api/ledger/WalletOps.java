package io.weir.api.ledger;

import io.weir.api.Op;
import io.weir.model.Money;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** What the API asks of the ledger (contract/ledger.yaml). Members see only what is their own. */
public interface WalletOps {
    Op<GetWallet, Wallet> GET = Op.of("ledger.wallet.get.v1", GetWallet.class, Wallet.class);

    /** Brings money in through a pay channel; answers once the channel has confirmed. */
    Op<TopUp, ToppedUp> TOP_UP = Op.of("ledger.wallet.topup.v1", TopUp.class, ToppedUp.class);

    Op<ListEntries, io.weir.model.Page<Entry>> ENTRIES =
            Op.paged("ledger.wallet.entries.v1", ListEntries.class, Entry.class);

    Op<GetCommission, Commission> COMMISSION =
            Op.of("ledger.commission.get.v1", GetCommission.class, Commission.class);

    Op<ListBalances, io.weir.model.Page<Balance>> BALANCES =
            Op.paged("ledger.balances.v1", ListBalances.class, Balance.class);

    record GetWallet(String uid) {}

    /**
     * {@code balance = available + held}.
     *
     * @param channels through which money can be brought in here
     */
    record Wallet(Money balance, Money available, Money held, List<String> channels) {}

    record TopUp(String uid, Money amount, String channel) {}

    /**
     * @param outTradeNo by which the channel knows it
     */
    record ToppedUp(String outTradeNo, String channel, Money amount, String state) {}

    record ListEntries(String uid, int limit, int offset) {}

    /**
     * @param amount above zero when the wallet received
     * @param purpose what it was for, e.g. {@code dispense:{id}}
     */
    record Entry(String transaction, Instant at, String kind, Money amount, String purpose) {}

    record GetCommission(String uid, int limit, int offset) {}

    /**
     * @param available below zero when more was clawed back than was there
     * @param entries newest first, one page
     */
    record Commission(Money pending, Money available, long total, List<CommissionEntry> entries) {}

    /**
     * @param sale number of the sale that earned it; whose it was is not told
     * @param amount what was earned, {@code reversed} of it by refunds
     * @param state PENDING, AVAILABLE or REVERSED
     */
    record CommissionEntry(
            String sale,
            int level,
            Money amount,
            Money reversed,
            String state,
            @Nullable Instant availableAt) {}

    record ListBalances(int limit, int offset) {}

    /**
     * @param payee number of the tenant to be paid
     * @param flagged below zero by a refund after a payout
     */
    record Balance(String payee, Money balance, boolean flagged) {}
}
