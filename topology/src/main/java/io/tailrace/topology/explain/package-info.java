/**
 * Finds out what became of one trace: from the instance that has it, and from the log. Judges with
 * the classes that {@code simulate} judges with; knows no instance.
 */
package io.tailrace.topology.explain;
