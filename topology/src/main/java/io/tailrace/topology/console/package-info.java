/**
 * Web page and its API: access, data of the fleet, policies and traces. Must not depend on commands
 * or on how an instance is started.
 */
@NullMarked
package io.tailrace.topology.console;

import org.jspecify.annotations.NullMarked;
