package io.weir.cloud.ledger;

import io.weir.api.ledger.WalletOps;
import io.weir.cloud.http.Route;

import java.util.List;

/** Which operation of contract/ledger.yaml is which question. */
public final class LedgerRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("getWallet", WalletOps.GET, 200),
                    Route.of("topUpWallet", WalletOps.TOP_UP, 201),
                    Route.of("listWalletEntries", WalletOps.ENTRIES, 200),
                    Route.of("getCommission", WalletOps.COMMISSION, 200),
                    Route.of("listBalances", WalletOps.BALANCES, 200));

    private LedgerRoutes() {}
}
