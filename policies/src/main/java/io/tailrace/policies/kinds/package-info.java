/**
 * The kinds of policies and of samplers of rules: the settings of each, and how it votes. Must not
 * know documents as a whole, policy sets and judges.
 */
@NullMarked
package io.tailrace.policies.kinds;

import org.jspecify.annotations.NullMarked;
