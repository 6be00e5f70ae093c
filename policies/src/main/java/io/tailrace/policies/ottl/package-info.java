/**
 * Conditions of the OpenTelemetry Transformation Language on spans and span events.
 *
 * <p>{@link io.tailrace.policies.ottl.Condition} is compiled from text: {@code Lexer}, {@code
 * Parser} and {@code Ast} know the grammar, {@code Compiler} finds paths and functions and checks
 * types, and {@code Expr} and {@code Test} are what is evaluated.
 */
package io.tailrace.policies.ottl;
