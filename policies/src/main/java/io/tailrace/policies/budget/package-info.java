/**
 * Spends budgets: token buckets, and slots of log time in which traces compete for tokens. Knows no
 * policies and no documents.
 */
@NullMarked
package io.tailrace.policies.budget;

import org.jspecify.annotations.NullMarked;
