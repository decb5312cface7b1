package io.weir.cloud.members;

import io.weir.api.Done;
import io.weir.api.members.MemberOps.EndSession;
import io.weir.api.members.MemberOps.ListSessions;
import io.weir.api.members.MemberOps.Session;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;

/**
 * Where an account is logged in: everybody their own, platform and vendors those of their scope.
 */
final class SessionHandlers {
    private final Tx tx;
    private final Time time;
    private final Users users;
    private final Sessions sessions;

    SessionHandlers(Tx tx, Time time, Users users, Sessions sessions) {
        this.tx = tx;
        this.time = time;
        this.users = users;
        this.sessions = sessions;
    }

    List<Session> list(Call call, ListSessions q) {
        Account account = admitted(call, q.uid());
        return tx.system(c -> sessions.open(c, account.uid())).stream()
                .map(
                        s ->
                                new Session(
                                        s.sid(),
                                        s.began(),
                                        s.last(),
                                        s.ends(),
                                        s.sid().equals(q.session())))
                .toList();
    }

    Done end(Call call, EndSession q) {
        Account account = admitted(call, q.uid());
        if (!sessions.endOwn(account.uid(), q.sid(), "ended by " + call.actor().uid())) {
            throw Rejected.notFound("session");
        }
        tx.system(
                c -> {
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            account.tenant(),
                            "members.session.end",
                            "user:" + account.uid(),
                            null,
                            null);
                    return account;
                });
        return Done.DONE;
    }

    private Account admitted(Call call, String uid) {
        Role role = call.actor().role();
        boolean own = call.actor().uid().equals(uid);
        if (!own && role != Role.PLATFORM && role != Role.VENDOR) {
            throw new Rejected(CommonError.FORBIDDEN, "only your own sessions");
        }
        return users.manage(call, uid);
    }
}
