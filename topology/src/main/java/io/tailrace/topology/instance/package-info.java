/**
 * Puts an instance or a gateway together from the configuration, and serves its metrics, health and
 * traces. The only room that makes clients and threads for an instance; decides nothing.
 */
@NullMarked
package io.tailrace.topology.instance;

import org.jspecify.annotations.NullMarked;
