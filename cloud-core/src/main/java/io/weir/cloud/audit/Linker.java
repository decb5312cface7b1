package io.weir.cloud.audit;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.audit.LinkStore.Head;
import io.weir.cloud.audit.LinkStore.Link;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Tx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Links fresh entries into their vendors' chains, in the order of their numbers as far as they are
 * committed. Not within the deeds' transactions: there one vendor's staff would wait for each
 * other.
 */
final class Linker {
    private final Tx tx;
    private final int batch;

    Linker(Tx tx, int batch) {
        this.tx = tx;
        this.batch = batch;
    }

    /** Links all that there is; how many. */
    int run() {
        int linked = 0;
        for (int now = batch; now == batch; linked += now) {
            now = tx.system(this::some);
        }
        return linked;
    }

    private int some(SqlConnection c) {
        if (!LinkStore.locked(c)) {
            return 0;
        }
        List<Kept> fresh = LinkStore.fresh(c, batch);
        if (fresh.isEmpty()) {
            return 0;
        }
        Map<String, Head> heads =
                new HashMap<>(
                        LinkStore.heads(
                                c,
                                fresh.stream()
                                        .map(e -> Scope.vendorOf(e.tenant()))
                                        .collect(Collectors.toSet())));
        List<Link> links = new ArrayList<>();
        for (Kept entry : fresh) {
            String chain = Scope.vendorOf(entry.tenant());
            Head head = heads.getOrDefault(chain, new Head(0, Chain.beginning()));
            long seq = head.seq() + 1;
            byte[] hash = Chain.hash(seq, head.hash(), entry);
            links.add(new Link(chain, seq, entry.id(), hash));
            heads.put(chain, new Head(seq, hash));
        }
        LinkStore.add(c, links);
        return fresh.size();
    }
}
