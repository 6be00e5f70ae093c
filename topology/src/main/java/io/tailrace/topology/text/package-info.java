/**
 * Formats text, tables, times and progress for people. Must not depend on other packages of this
 * module.
 */
@NullMarked
package io.tailrace.topology.text;

import org.jspecify.annotations.NullMarked;
