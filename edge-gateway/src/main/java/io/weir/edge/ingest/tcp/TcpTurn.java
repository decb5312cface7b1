package io.weir.edge.ingest.tcp;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Turn;

/** One message of a session. */
final class TcpTurn extends Turn {
    private final TcpSession session;

    TcpTurn(TcpSession session, AlinkTopic topic) {
        super(session, topic);
        this.session = session;
    }

    @Override
    protected void answer() {
        session.drain();
    }
}
