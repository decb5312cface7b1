/** X.509: keys, requests and certificates as PEM. */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.pki;
