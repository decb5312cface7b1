package io.weir.edge.metering;

import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

/**
 * The inlet that the ingest holds while the metering verticle comes and goes behind it. What comes
 * when no metering runs is dropped: it is a fact in the journal already, and the counters tell it
 * again.
 */
public final class MeteringGate implements MeteringInlet {
    private volatile @Nullable MeteringInlet behind;

    void attach(MeteringInlet inlet) {
        behind = inlet;
    }

    void detach() {
        behind = null;
    }

    @Override
    public boolean wants(String deviceId) {
        MeteringInlet inlet = behind;
        return inlet != null && inlet.wants(deviceId);
    }

    @Override
    public void counters(CounterReport report) {
        MeteringInlet inlet = behind;
        if (inlet != null) {
            inlet.counters(report);
        }
    }

    @Override
    public void connected(String deviceId, long connection, long epoch, Tick at) {
        MeteringInlet inlet = behind;
        if (inlet != null) {
            inlet.connected(deviceId, connection, epoch, at);
        }
    }

    @Override
    public void disconnected(String deviceId, long connection, Tick at) {
        MeteringInlet inlet = behind;
        if (inlet != null) {
            inlet.disconnected(deviceId, connection, at);
        }
    }

    @Override
    public void event(String deviceId, long connection, String event, byte[] paramsJson, Tick at) {
        MeteringInlet inlet = behind;
        if (inlet != null) {
            inlet.event(deviceId, connection, event, paramsJson, at);
        }
    }
}
