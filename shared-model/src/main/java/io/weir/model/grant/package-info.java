/** Quota that a gateway may spend without the cloud (DESIGN section 5, Offline quota). */
@org.jspecify.annotations.NullMarked
package io.weir.model.grant;
