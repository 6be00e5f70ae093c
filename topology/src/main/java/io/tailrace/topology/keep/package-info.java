/**
 * Keep requests and reading traces back from the log. Must not depend on tasks: results are
 * delivered to callbacks.
 */
@NullMarked
package io.tailrace.topology.keep;

import org.jspecify.annotations.NullMarked;
