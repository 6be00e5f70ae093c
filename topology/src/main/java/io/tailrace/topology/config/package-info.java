/**
 * Settings and how they are read from files and the environment. May depend on {@code text} only.
 */
@NullMarked
package io.tailrace.topology.config;

import org.jspecify.annotations.NullMarked;
