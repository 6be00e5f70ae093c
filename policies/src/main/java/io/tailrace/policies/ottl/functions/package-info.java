/**
 * Functions of the OpenTelemetry Transformation Language, called converters there, and the formats
 * that they read and write. Must not know the grammar, the compiler and the paths of a span.
 */
package io.tailrace.policies.ottl.functions;
