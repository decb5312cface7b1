package io.weir.cloud.members;

import io.weir.api.Done;
import io.weir.api.ledger.WalletOps;
import io.weir.api.ledger.WalletOps.Commission;
import io.weir.api.ledger.WalletOps.GetCommission;
import io.weir.api.ledger.WalletOps.GetWallet;
import io.weir.api.ledger.WalletOps.Wallet;
import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.Leave;
import io.weir.api.members.MemberOps.RemoveUser;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.DropMember;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.Money;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Leaving: a member asks for it, the platform closes the account (AA-10). Who is closed is
 * anonymous and stays so; number and ledger remain, a GET answers 410.
 */
final class LeaveHandlers {
    private final Tx tx;
    private final Time time;
    private final Bus bus;
    private final Users users;
    private final Sessions sessions;

    LeaveHandlers(Tx tx, Time time, Bus bus, Users users, Sessions sessions) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
        this.users = users;
        this.sessions = sessions;
    }

    Leave ask(Call call, GetUser q) {
        Account account = users.find(call, q.uid());
        Instant since = account.leaveAskedAt() == null ? time.now() : account.leaveAskedAt();
        set(call, account, since, "members.leave.ask");
        return new Leave(account.uid(), since);
    }

    Done withdraw(Call call, GetUser q) {
        set(call, users.find(call, q.uid()), null, "members.leave.withdraw");
        return Done.DONE;
    }

    private void set(Call call, Account account, @Nullable Instant since, String action) {
        tx.run(
                call.scope(),
                c -> {
                    AccountStore.setLeave(c, account.uid(), since);
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            account.tenant(),
                            action,
                            "user:" + account.uid(),
                            null,
                            null);
                    return account;
                });
    }

    Done remove(Call call, RemoveUser q) {
        Account account = users.manage(call, q.uid());
        if (account.uid().equals(call.actor().uid())) {
            throw new Rejected(CommonError.CONFLICT, "nobody closes the account they work with");
        }
        if (account.role() == Role.MEMBER) {
            emptied(call, account);
        }
        bus.call(SharingApi.DROP_MEMBER, new DropMember(account.uid()), call).await();
        sessions.endAll(account.uid(), "closed"); // told to all nodes; once more with the deed
        tx.system(
                c -> {
                    AccountStore.close(c, account.uid(), time.now());
                    Sessions.endAll(c, account.uid(), "closed");
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            account.tenant(),
                            "members.account.close",
                            "user:" + account.uid(),
                            null,
                            null);
                    return account;
                });
        return Done.DONE;
    }

    /** Money that is somebody's can't be nobody's. */
    private void emptied(Call call, Account account) {
        Wallet wallet = bus.call(WalletOps.GET, new GetWallet(account.uid()), call).await();
        if (!wallet.balance().equals(Money.ZERO) || !wallet.held().equals(Money.ZERO)) {
            throw new Rejected(
                    MembersError.BALANCE_LEFT,
                    "the wallet holds " + wallet.balance() + " yuan: pay it out first");
        }
        Commission earned =
                bus.call(WalletOps.COMMISSION, new GetCommission(account.uid(), 1, 0), call)
                        .await();
        if (owed(earned.pending()) || owed(earned.available())) {
            throw new Rejected(
                    MembersError.BALANCE_LEFT,
                    "there is commission, pending or available: pay it out first");
        }
    }

    /** Less than nothing is a debt, which nobody waits for. */
    private static boolean owed(Money money) {
        return money.compareTo(Money.ZERO) > 0;
    }
}
