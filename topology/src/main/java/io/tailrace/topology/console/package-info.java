/** The console's machinery, as far as it need not know what a trace or a policy is. */
package io.tailrace.topology.console;
