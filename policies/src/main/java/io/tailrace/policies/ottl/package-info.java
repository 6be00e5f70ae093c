/**
 * Conditions of the OpenTelemetry Transformation Language on spans and span events.
 *
 * <p>{@link io.tailrace.policies.ottl.Condition} is compiled from text. {@code Lexer}, {@code
 * Parser} and {@code Ast} implement the grammar. {@code Compiler} resolves paths and functions and
 * checks types. {@code Expr} and {@code Test} evaluate. Must not know policies and how spans are
 * encoded.
 */
@NullMarked
package io.tailrace.policies.ottl;

import org.jspecify.annotations.NullMarked;
