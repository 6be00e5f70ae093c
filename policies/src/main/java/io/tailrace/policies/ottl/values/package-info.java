/**
 * Values of the OpenTelemetry Transformation Language: their types, how they compare, the input of
 * an evaluation and the frame of a function. Must not know any single function, the grammar and the
 * compiler.
 */
@NullMarked
package io.tailrace.policies.ottl.values;

import org.jspecify.annotations.NullMarked;
