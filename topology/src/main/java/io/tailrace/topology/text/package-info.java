/**
 * Formats text, tables, times and progress for people. Must not depend on other packages of this
 * module.
 */
package io.tailrace.topology.text;
