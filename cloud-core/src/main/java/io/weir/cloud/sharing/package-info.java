/** Who may use which device: holders, guests by share, groups. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.sharing;
