/**
 * What can be set, and how it is read from files and the environment. Knows no room but {@code
 * text}.
 */
package io.tailrace.topology.config;
