/** The gateway's HTTP port: for devices that speak HTTP, and for what devices fetch. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.http;
