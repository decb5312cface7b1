@org.jspecify.annotations.NullMarked
package io.weir.runtime.cluster;
