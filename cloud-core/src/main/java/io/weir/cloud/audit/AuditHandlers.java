package io.weir.cloud.audit;

import io.weir.api.audit.AuditOps.Entry;
import io.weir.api.audit.AuditOps.GetProof;
import io.weir.api.audit.AuditOps.ListEntries;
import io.weir.api.audit.AuditOps.Proof;
import io.weir.cloud.audit.LinkStore.Linked;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The log and its proof, for the platform and for vendors of their own. */
final class AuditHandlers {
    private static final int AT_ONCE = 5000;

    private final Tx tx;

    AuditHandlers(Tx tx) {
        this.tx = tx;
    }

    Page<Entry> list(Call call, ListEntries q) {
        return tx.run(call.scope(), c -> EntryStore.list(c, call.scope(), q));
    }

    Proof proof(Call call, GetProof q) {
        String vendor = q.vendor();
        String chain = vendor == null ? Scope.vendorOf(call.scope().path()) : "/" + vendor + "/";
        if (!call.scope().covers(chain)) {
            throw new Rejected(CommonError.FORBIDDEN, "vendor: is not the caller's");
        }
        long seq = 0;
        byte[] head = Chain.beginning();
        while (true) {
            long after = seq;
            List<Linked> page = tx.system(c -> LinkStore.ofChain(c, chain, after, AT_ONCE));
            for (Linked link : page) {
                Kept entry = link.entry();
                boolean right =
                        link.seq() == seq + 1
                                && entry != null
                                && chain.equals(Scope.vendorOf(entry.tenant()))
                                && Arrays.equals(link.hash(), Chain.hash(link.seq(), head, entry));
                if (!right) {
                    return new Proof(chain, seq, hex(seq, head), false, seq + 1);
                }
                seq = link.seq();
                head = link.hash();
            }
            if (page.size() < AT_ONCE) {
                return new Proof(chain, seq, hex(seq, head), true, null);
            }
        }
    }

    private static @org.jspecify.annotations.Nullable String hex(long seq, byte[] head) {
        return seq == 0 ? null : HexFormat.of().formatHex(head);
    }
}
