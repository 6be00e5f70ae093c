/**
 * What every kind of policy needs: {@link io.tailrace.policies.policy.Policy}, its votes, its
 * budgets, and the services for reading its settings. Must not know any single kind, policy sets
 * and judges.
 */
@NullMarked
package io.tailrace.policies.policy;

import org.jspecify.annotations.NullMarked;
