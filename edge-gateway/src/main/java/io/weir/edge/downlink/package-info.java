/** What goes to the devices: live lines, commands and their replies. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.downlink;
