/**
 * {@code mvn -Pbench}: every line that issue "the edge survives and is fast" asks for, measured on
 * one running platform as shipped and printed with its conditions, goal and ratio
 * (docs/performance.md).
 */
package io.weir.bench;
