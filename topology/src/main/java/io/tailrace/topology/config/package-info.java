/**
 * Settings and how they are read from files and the environment. May depend on {@code text} only.
 */
package io.tailrace.topology.config;
