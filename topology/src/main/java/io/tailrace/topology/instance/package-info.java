/**
 * Puts an instance or a gateway together from the configuration, and serves its metrics, health and
 * traces. The only room that makes clients and threads for an instance; decides nothing.
 */
package io.tailrace.topology.instance;
