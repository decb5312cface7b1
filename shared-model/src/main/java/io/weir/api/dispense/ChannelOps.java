package io.weir.api.dispense;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Channels: so many hours and litres at one device that nobody is billed for, to check it before it
 * is let out or to try it.
 */
public interface ChannelOps {
    Op<OpenChannel, Channel> OPEN =
            Op.of("dispense.channel.open.v1", OpenChannel.class, Channel.class);

    /** A member sees those that are for them. */
    Op<ListChannels, Page<Channel>> LIST =
            Op.paged("dispense.channel.list.v1", ListChannels.class, Channel.class);

    /** What flows at that moment is not billed either. */
    Op<EndChannel, Done> END = Op.of("dispense.channel.end.v1", EndChannel.class, Done.class);

    /** What a channel is for. */
    enum Kind {
        /** The vendor's own people check a device whose lifecycle stands at QC. */
        QC,
        /** A member, or the vendor's own people, try a device in use. */
        TRIAL
    }

    /** Whether a channel still lets water flow. */
    enum State {
        OPEN,
        USED_UP,
        EXPIRED,
        ENDED
    }

    /**
     * @param userId the member whom it is for; null: the vendor's own people
     */
    record OpenChannel(
            String deviceId,
            Kind kind,
            @Nullable String userId,
            int hours,
            long volumeMl,
            @Nullable String remark) {}

    record ListChannels(String deviceId, int limit, int offset) {}

    record EndChannel(String deviceId, long channelId) {}

    /**
     * @param usedMl what flowed, and what is ordered right now
     */
    record Channel(
            long channelId,
            String deviceId,
            Kind kind,
            State state,
            @Nullable String userId,
            long volumeMl,
            long usedMl,
            Instant untilTms,
            String remark,
            String openedBy,
            Instant createTms) {}
}
