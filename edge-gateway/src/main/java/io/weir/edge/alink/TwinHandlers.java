package io.weir.edge.alink;

import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.runtime.time.Time;

/** What a gateway says and takes for the device's twin; put on in one place. */
public final class TwinHandlers {
    private TwinHandlers() {}

    public static void on(AlinkServices services, Questions questions, Time time) {
        var series = new SeriesPostHandler(time);
        services.on(Kind.BATCH_POST, series)
                .on(Kind.PACK_POST, series)
                .on(Kind.HISTORY_POST, series)
                .on(Kind.SHADOW, new ShadowHandler(questions, time))
                .on(Kind.NTP, new NtpHandler(time))
                .on(Kind.MODEL_GET, new ModelGetHandler())
                .on(Kind.LOG_POST, new LogPostHandler());
    }
}
