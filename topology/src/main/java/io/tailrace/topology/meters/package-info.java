/**
 * Meters of an instance, its tasks and its policies, and the recent verdicts for the console. Must
 * not depend on processors or stores, which use the meters.
 */
@NullMarked
package io.tailrace.topology.meters;

import org.jspecify.annotations.NullMarked;
