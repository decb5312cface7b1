/**
 * Remote gateways: the door they connect to, the certificates that open it, and who may have one
 * (DESIGN section 2, remote mode; section 5, enrolment).
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.door;
