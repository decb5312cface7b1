/** The OMS dialect: other paths and shapes for operations that other contexts serve. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.oms;
