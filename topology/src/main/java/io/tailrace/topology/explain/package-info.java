/**
 * Explains one trace, from the owning instance and from the log. Evaluates with the classes of
 * {@code simulate}. Must not depend on the start of instances.
 */
package io.tailrace.topology.explain;
