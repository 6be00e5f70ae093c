/** Generates files of recorded spans. */
package io.tailrace.loadtests.generate;
