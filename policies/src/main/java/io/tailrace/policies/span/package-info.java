/**
 * Views of a span for conditions. The caller implements the views, for example on wire bytes.
 * Conditions call only the accessors of the paths that they use.
 */
@NullMarked
package io.tailrace.policies.span;

import org.jspecify.annotations.NullMarked;
