package io.weir.cloud.facts;

import io.vertx.pgclient.PgException;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.util.Set;

/**
 * Whose fault is a failed batch? The database's or the network's: it runs again later as it is.
 * Anything else is blamed on an entry, which will fail again however often one tries, and must not
 * stand in the way of the others.
 */
final class Blame {
    /**
     * SQLSTATE classes that say something of an entry: cardinality, data, integrity, check option,
     * raised by a function. A missing table or right (42) is not among them: it would send
     * everything to the quarantine.
     */
    private static final Set<String> ENTRY = Set.of("21", "22", "23", "44", "P0");

    private Blame() {}

    static boolean entry(Throwable failure) {
        return switch (failure) {
            case PgException e -> ENTRY.contains(e.getSqlState().substring(0, 2));
            case Rejected r -> r.status() < CommonError.INTERNAL.status();
            case IllegalArgumentException e -> true;
            case NullPointerException e -> true;
            case ClassCastException e -> true;
            case IndexOutOfBoundsException e -> true;
            case ArithmeticException e -> true;
            case java.time.DateTimeException e -> true;
            default -> false;
        };
    }
}
