/**
 * One span as conditions read it. The caller implements the views, over wire bytes or whatever it
 * has; every accessor is asked only for what a condition names.
 */
package io.tailrace.policies.span;
