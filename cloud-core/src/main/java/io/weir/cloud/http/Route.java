package io.weir.cloud.http;

import io.weir.api.Op;
import io.weir.cloud.rights.Modules;

/**
 * One line of a context's route table: which operation of the contract is answered by which
 * question on the bus, with which status when it succeeds.
 *
 * @param module that its context belongs to, for rights of staff
 */
public record Route(String operationId, Op<?, ?> op, int status, String module) {
    public static Route of(String operationId, Op<?, ?> op, int status) {
        return new Route(operationId, op, status, Modules.BASE);
    }

    Route of(String other) {
        return new Route(operationId, op, status, other);
    }
}
