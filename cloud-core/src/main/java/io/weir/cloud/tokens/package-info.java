/**
 * Sessions and tokens: the members context gives them out, the API checks them. A library with its
 * own tables, like the outbox; it imports no context.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.tokens;
