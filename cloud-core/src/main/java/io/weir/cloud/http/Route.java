package io.weir.cloud.http;

import io.weir.api.Op;

/**
 * One line of a context's route table: which operation of the contract is answered by which
 * question on the bus, with which status when it succeeds.
 */
public record Route(String operationId, Op<?, ?> op, int status) {
    public static Route of(String operationId, Op<?, ?> op, int status) {
        return new Route(operationId, op, status);
    }
}
