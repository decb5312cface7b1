package io.weir.edge.ingest.mqtt;

import io.weir.edge.journal.FactLog;
import io.weir.edge.metering.CounterReport;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

/** One publish on its way through the journal, and what follows once it is there. */
final class Pending implements FactLog.Done {
    private final MqttSession session;

    /** 0 for QoS 0. */
    final int packetId;

    final AlinkTopic topic;
    byte @Nullable [] reply;
    @Nullable CounterReport counters;
    @Nullable EventNote event;
    boolean settled;
    boolean kept;

    /** An event that the meter hears of. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares notes
    record EventNote(byte[] params, Tick at) {}

    Pending(MqttSession session, int packetId, AlinkTopic topic) {
        this.session = session;
        this.packetId = packetId;
        this.topic = topic;
    }

    @Override
    public void done(boolean kept) {
        this.kept = kept;
        settled = true;
        session.drain();
    }
}
