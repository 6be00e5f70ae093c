/**
 * Meters of an instance, its tasks and its policies, and the recent verdicts that the console
 * shows. Must not know processors or stores: they count here.
 */
package io.tailrace.topology.meters;
