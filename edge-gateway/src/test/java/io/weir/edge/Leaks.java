package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;

import org.slf4j.LoggerFactory;

/**
 * Network buffers that nobody gave back. Netty tells of them in its log, after garbage collection.
 */
public final class Leaks {
    private static final int ROUNDS = 20;

    private final ListAppender<ILoggingEvent> told = new ListAppender<>();

    /** From now on every buffer is watched. */
    public Leaks() {
        ResourceLeakDetector.setLevel(Level.PARANOID);
        told.start();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(told);
    }

    /** Fails when a buffer was dropped with its count above zero. */
    public void none() {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            // The detector looks at what was collected whenever it watches a new buffer.
            ByteBufAllocator.DEFAULT.buffer().release();
        }
        assertThat(told.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }
}
