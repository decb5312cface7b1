@org.jspecify.annotations.NullMarked
package io.weir.api.system;
