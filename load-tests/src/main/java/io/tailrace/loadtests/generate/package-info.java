/** Files of spans, for whatever reads recorded traffic. */
package io.tailrace.loadtests.generate;
