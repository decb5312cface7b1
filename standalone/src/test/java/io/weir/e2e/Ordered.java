package io.weir.e2e;

import java.util.concurrent.CompletableFuture;

/**
 * What a member asked for, whatever became of it.
 *
 * @param key its idempotency key, by which it is found when no answer came
 * @param answer fails when the connection broke
 */
record Ordered(int round, Tap tap, int ml, String key, CompletableFuture<Api.Answer> answer) {}
