/**
 * Functions of the OpenTelemetry Transformation Language, called converters there, and the formats
 * that they read and write. Must not know the grammar, the compiler and the paths of a span.
 */
@NullMarked
package io.tailrace.policies.ottl.functions;

import org.jspecify.annotations.NullMarked;
