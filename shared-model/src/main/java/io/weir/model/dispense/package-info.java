@org.jspecify.annotations.NullMarked
package io.weir.model.dispense;
