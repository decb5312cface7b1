/** Tests of the house itself: who may import whom, what is banned, how code is formatted. */
package io.weir.house;
