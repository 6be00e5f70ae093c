/**
 * Explains one trace, from the owning instance and from the log. Evaluates with the classes of
 * {@code simulate}. Must not depend on the start of instances.
 */
@NullMarked
package io.tailrace.topology.explain;

import org.jspecify.annotations.NullMarked;
