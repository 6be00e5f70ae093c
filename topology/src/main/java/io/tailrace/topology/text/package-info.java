/** Words, tables, times and progress for people. Knows no other room. */
package io.tailrace.topology.text;
