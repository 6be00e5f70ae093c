/**
 * Service level objectives: counts good and bad traces of each key in rings of log time, and tells
 * which keys burn their error budget. Must not know policies or documents.
 */
@NullMarked
package io.tailrace.policies.slo;

import org.jspecify.annotations.NullMarked;
