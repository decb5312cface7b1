package io.weir.cloud.ledger;

import io.vertx.core.Future;
import io.weir.model.Money;

/**
 * A way for money to come in from outside: it is told of an attempt and confirms it, once or many
 * times. A confirmation names the attempt and the amount as the channel knows them; the ledger
 * posts it exactly once.
 */
interface PayChannel {
    /** As it stands in requests and account codes. */
    String name();

    Future<Confirmation> pay(Attempt attempt);

    record Attempt(String outTradeNo, String tenant, String member, Money amount) {}

    record Confirmation(String outTradeNo, Money amount) {}
}
