/**
 * What Tailrace's export must be, told from its input by a slow and plain program that shares no
 * code with it: the official protobuf classes, a JSON parser, and the rules as they are documented.
 */
package io.tailrace.loadtests.oracle;
