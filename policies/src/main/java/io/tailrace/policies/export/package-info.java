/**
 * What is done to kept spans when they leave: {@link io.tailrace.policies.export.ExportRules}.
 * Reads the blocks of a document and decides about single keys and texts. Must not know policies,
 * judges and the wire format.
 */
@NullMarked
package io.tailrace.policies.export;

import org.jspecify.annotations.NullMarked;
