package io.weir.cloud.ledger;

import io.weir.api.ledger.WalletOps;
import io.weir.api.members.MembersApi;
import io.weir.model.Money;
import io.weir.model.Page;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import java.util.List;
import java.util.Map;

/** What people may read of the ledger, each within their scope. */
final class WalletHandlers {
    private final Bus bus;
    private final Tx tx;
    private final WalletStore store = new WalletStore();
    private final TopUpStore topUps = new TopUpStore();

    WalletHandlers(Bus bus, Tx tx) {
        this.bus = bus;
        this.tx = tx;
    }

    WalletOps.Wallet wallet(Call call, WalletOps.GetWallet request) {
        String path = path(call, request.uid());
        String wallet = AccountRef.wallet(path, request.uid()).code();
        String hold = AccountRef.hold(path, request.uid()).code();
        Seen seen =
                tx.run(
                        call.scope(),
                        db ->
                                new Seen(
                                        store.balances(db, path, wallet, hold),
                                        topUps.bornForDemo(db)));
        Map<String, Long> fen = seen.fen();
        if (fen.isEmpty()) {
            mustExist(call, request.uid());
        }
        Money available = Money.ofFen(fen.getOrDefault(wallet, 0L));
        Money held = Money.ofFen(fen.getOrDefault(hold, 0L));
        return new WalletOps.Wallet(
                available.plus(held),
                available,
                held,
                seen.demo() ? List.of(LabChannel.NAME) : List.of());
    }

    /** The balances by account, and whether play money is taken. */
    private record Seen(Map<String, Long> fen, boolean demo) {}

    Page<WalletOps.Entry> entries(Call call, WalletOps.ListEntries request) {
        String path = path(call, request.uid());
        String wallet = AccountRef.wallet(path, request.uid()).code();
        Page<WalletOps.Entry> page =
                tx.run(
                        call.scope(),
                        db -> store.entries(db, path, wallet, request.limit(), request.offset()));
        if (page.total() == 0) {
            mustExist(call, request.uid());
        }
        return page;
    }

    WalletOps.Commission commission(Call call, WalletOps.GetCommission request) {
        String uid = request.uid();
        String path = path(call, uid);
        String pending = AccountRef.commissionPending(path, uid).code();
        String available = AccountRef.commission(path, uid).code();
        WalletOps.Commission commission =
                tx.run(
                        call.scope(),
                        db -> {
                            var fen = store.balances(db, path, pending, available);
                            var page =
                                    store.commission(
                                            db, path, uid, request.limit(), request.offset());
                            return new WalletOps.Commission(
                                    Money.ofFen(fen.getOrDefault(pending, 0L)),
                                    Money.ofFen(fen.getOrDefault(available, 0L)),
                                    page.total(),
                                    page.items());
                        });
        if (commission.total() == 0) {
            mustExist(call, uid);
        }
        return commission;
    }

    Page<WalletOps.Balance> balances(Call call, WalletOps.ListBalances request) {
        String path = call.scope().path();
        return tx.run(
                call.scope(), db -> store.payables(db, path, request.limit(), request.offset()));
    }

    /** A member asks only about themselves. */
    static String path(Call call, String uid) {
        if (call.actor().isMember() && !call.actor().uid().equals(uid)) {
            throw new Rejected(CommonError.FORBIDDEN, "this wallet belongs to somebody else");
        }
        return call.scope().path();
    }

    /** Nothing was ever posted: is that a member without money, or nobody in this scope? */
    private void mustExist(Call call, String uid) {
        if (call.actor().isMember()) {
            return;
        }
        var member = bus.call(MembersApi.FACTS, new MembersApi.GetMember(uid), call).await();
        if (!call.scope().covers(member.tenant())) {
            throw Rejected.notFound("member " + uid);
        }
    }
}
