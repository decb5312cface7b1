/** What devices download from their gateway: kept on its disk, fetched once for many. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.download;
