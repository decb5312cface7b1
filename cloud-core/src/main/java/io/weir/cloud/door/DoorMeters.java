package io.weir.cloud.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the door counts: {@code weir.door.*}. */
final class DoorMeters {
    private final MeterRegistry registry;
    private final Counter frames;
    private final Counter bytes;
    private final Counter asks;
    private final Counter commands;

    DoorMeters(MeterRegistry registry) {
        this.registry = registry;
        this.frames = registry.counter("weir.door.frames");
        this.bytes = registry.counter("weir.door.frame.bytes");
        this.asks = registry.counter("weir.door.asks");
        this.commands = registry.counter("weir.door.commands");
    }

    void frame(int size) {
        frames.increment();
        bytes.increment(size);
    }

    void ask() {
        asks.increment();
    }

    void command() {
        commands.increment();
    }

    /**
     * @param what a fixed word: handshake, certificate, busy, operation, message, enrolment
     */
    void refused(String what) {
        registry.counter("weir.door.refused", "what", what).increment();
    }

    void cut(String why) {
        registry.counter("weir.door.cut", "why", why).increment();
    }
}
