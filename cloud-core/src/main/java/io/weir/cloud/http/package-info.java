/**
 * The one API verticle: contract, tokens, limits, envelope. Contexts plug in through their {@code
 * *Routes}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.http;
