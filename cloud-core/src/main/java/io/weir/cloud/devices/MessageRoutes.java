package io.weir.cloud.devices;

import io.weir.api.devices.MessageOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/messages.yaml} is answered by. */
public final class MessageRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "messages",
                    List.of(
                            Route.of("getTopics", MessageOps.TOPICS, 200),
                            Route.of("putTopics", MessageOps.PUT_TOPICS, 201),
                            Route.of("sendMessage", MessageOps.SEND, 201),
                            Route.of("askDevice", MessageOps.ASK, 200),
                            Route.of("broadcast", MessageOps.BROADCAST, 201)));

    private MessageRoutes() {}
}
