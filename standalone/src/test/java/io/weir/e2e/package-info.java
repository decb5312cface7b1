/**
 * The whole platform as its users meet it: real processes, a real PostgreSQL and Kafka, devices and
 * browsers that nobody here wrote. The oracle is outside Weir: the device's own count of what it
 * poured.
 */
package io.weir.e2e;
