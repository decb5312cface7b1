package io.weir.cloud.members;

import io.vertx.core.Vertx;
import io.weir.api.members.CodeOps.SendEnterCode;
import io.weir.api.members.CodeOps.SendMobileCode;
import io.weir.api.members.CodeOps.SendResetCode;
import io.weir.api.members.CodeOps.Sent;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.cloud.members.Codes.For;
import io.weir.cloud.members.Codes.Purpose;
import io.weir.cloud.members.Subjects.Subject;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Codes to register or log in with, for a new mobile, for a forgotten password. */
final class CodeHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(CodeHandlers.class);

    private final Vertx vertx;
    private final Bus bus;
    private final Tx tx;
    private final Users users;
    private final Codes codes;
    private final Challenges challenges;
    private final SmsChannel channel;

    CodeHandlers(
            Vertx vertx,
            Bus bus,
            Tx tx,
            Users users,
            Codes codes,
            Challenges challenges,
            SmsChannel channel) {
        this.vertx = vertx;
        this.bus = bus;
        this.tx = tx;
        this.users = users;
        this.codes = codes;
        this.challenges = challenges;
        this.channel = channel;
    }

    /** AA-02A. */
    Sent enter(Call call, SendEnterCode q) {
        bus.call(VendorsApi.BY_VID, new GetByVid(q.vid()), call).await();
        return codes.send(
                new For(Purpose.ENTER, q.vid(), q.vid(), q.mobile()),
                q.clientAddress(),
                q.challengeId(),
                q.challengeAnswer());
    }

    /** AA-06A. */
    Sent mobile(Call call, SendMobileCode q) {
        Account account = users.manage(call, q.uid());
        return codes.send(
                new For(Purpose.MOBILE, account.uid(), vid(account), q.mobile()),
                q.clientAddress(),
                q.challengeId(),
                q.challengeAnswer());
    }

    /**
     * AA-07A, for everybody. Nobody learns from answer, limits or time whether there is such a
     * member: what can be told apart happens after the answer, and nobody's mobile counts too.
     */
    Sent reset(Call call, SendResetCode q) {
        channel.demand();
        challenges.demand(Subjects.failures(q.account()), q.challengeId(), q.challengeAnswer());
        Subject subject = tx.system(c -> Subjects.find(c, q.account()));
        vertx.runOnContext(done -> later(subject, q.clientAddress()));
        return codes.sent();
    }

    private void later(Subject subject, String address) {
        try {
            String code = codes.made(subject.what(), address);
            if (subject.account() != null) {
                channel.send(subject.what().mobile(), code);
            }
        } catch (Rejected e) {
            LOG.info("a code for a forgotten password was not sent: {}", e.getMessage());
        }
    }

    /** Who belongs to no vendor counts with the platform. */
    static String vid(Account account) {
        @Nullable String vid = account.vid();
        return vid == null ? "" : vid;
    }
}
