/** Reads recorded spans from files of any source. Must not depend on Kafka. */
@NullMarked
package io.tailrace.topology.recorded;

import org.jspecify.annotations.NullMarked;
