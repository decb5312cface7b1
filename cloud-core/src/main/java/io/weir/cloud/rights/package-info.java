/**
 * What the door of every node knows of tenants and staff: who is in good standing, which modules a
 * vendor has, what its staff may do. A library with its own tables, like sessions: the vendors
 * context writes them in the transaction of its own deed, the API reads them.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.rights;
