package io.weir.edge.journal;

import io.vertx.core.internal.ContextInternal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** Tells callers what became of their entries: one task per context and commit. */
final class Completions {
    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private record Group(ContextInternal context, List<Pending> members) {}

    private final List<Group> groups = new ArrayList<>();

    void add(Pending p) {
        ContextInternal context = p.context;
        if (context == null) {
            tell(p);
            return;
        }
        for (Group group : groups) {
            if (group.context == context) {
                group.members.add(p);
                return;
            }
        }
        Group group = new Group(context, new ArrayList<>(64));
        group.members.add(p);
        groups.add(group);
    }

    void run() {
        for (Group group : groups) {
            try {
                group.context.runOnContext(v -> group.members.forEach(Completions::tell));
            } catch (RejectedExecutionException closed) {
                LOG.debug("the loop of {} confirmed callers is gone", group.members.size());
            }
        }
        groups.clear();
    }

    private static void tell(Pending p) {
        try {
            p.done.done(p.kept);
        } catch (RuntimeException e) {
            LOG.error("a caller of the journal failed on its answer", e);
        }
    }
}
