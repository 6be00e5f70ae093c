/**
 * The commands of {@code tailrace}. They parse options, call other packages and print results. May
 * depend on all packages; no package may depend on it.
 */
@NullMarked
package io.tailrace.topology.cli;

import org.jspecify.annotations.NullMarked;
