package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi;
import io.weir.model.Money;

import java.util.List;

/** Everything that the ledger can be asked to do with money. */
sealed interface Ask {
    /** Idempotency key: unique in the ledger, for ever. */
    String key();

    /** The record that it is answered with. */
    Class<?> reply();

    record SetAside(LedgerApi.Hold request) implements Ask {
        @Override
        public String key() {
            return request.key();
        }

        @Override
        public Class<?> reply() {
            return LedgerApi.Held.class;
        }
    }

    record Take(LedgerApi.Capture request) implements Ask {
        @Override
        public String key() {
            return request.key();
        }

        @Override
        public Class<?> reply() {
            return LedgerApi.Captured.class;
        }
    }

    record GiveBack(LedgerApi.Release request) implements Ask {
        @Override
        public String key() {
            return request.key();
        }

        @Override
        public Class<?> reply() {
            return LedgerApi.Captured.class;
        }
    }

    record Reverse(LedgerApi.Refund request) implements Ask {
        @Override
        public String key() {
            return request.key();
        }

        @Override
        public Class<?> reply() {
            return LedgerApi.Refunded.class;
        }
    }

    record WriteOff(LedgerApi.BadDebt request) implements Ask {
        @Override
        public String key() {
            return request.key();
        }

        @Override
        public Class<?> reply() {
            return LedgerApi.Captured.class;
        }
    }

    /** A channel has confirmed that the money of an attempt came in. */
    record TopUp(String outTradeNo, String tenant, String member, String channel, Money amount)
            implements Ask {
        @Override
        public String key() {
            return "topup:" + outTradeNo;
        }

        @Override
        public Class<?> reply() {
            return Receipt.class;
        }
    }

    /** One line of a bill run: from a member's wallet to those who earned it. */
    record Charge(
            String key, String tenant, String member, String purpose, List<LedgerApi.Leg> legs)
            implements Ask {
        @Override
        public Class<?> reply() {
            return Receipt.class;
        }
    }

    /** A hold's expiry is due. */
    record Expire(long hold) implements Ask {
        @Override
        public String key() {
            return "expire:" + hold;
        }

        @Override
        public Class<?> reply() {
            return Receipt.class;
        }
    }

    /** The return window of a commission is over. */
    record Mature(long hold, int n) implements Ask {
        @Override
        public String key() {
            return "mature:" + hold + ":" + n;
        }

        @Override
        public Class<?> reply() {
            return Receipt.class;
        }
    }

    record Receipt(String transaction) {}
}
