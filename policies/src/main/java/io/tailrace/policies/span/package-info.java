/**
 * Views of a span for conditions. The caller implements the views, for example on wire bytes.
 * Conditions call only the accessors of the paths that they use.
 */
package io.tailrace.policies.span;
