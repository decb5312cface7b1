/** Files that devices upload, piece by piece (facts: alink.md section 9). */
@org.jspecify.annotations.NullMarked
package io.weir.edge.files;
