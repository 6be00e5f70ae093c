package io.tailrace.topology.wire;

import io.tailrace.policies.export.Redaction;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.PartEditor;
import io.tailrace.serdes.SpanRewriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies redactions one after another to the parts of a trace. Not thread-safe. */
public class PartRedactor implements PartEditor {
  private List<SpanRewriter> rewriters = List.of();

  /** Sets the redactions. */
  public final void apply(List<Redaction> redactions) {
    rewriters =
        redactions.stream()
            .map(redaction -> new SpanRewriter(new RedactionRules(redaction)))
            .toList();
  }

  @Override
  public final byte[] resource(byte[] fields) throws MalformedOtlpException {
    return edited(fields, SpanRewriter::resource);
  }

  @Override
  public final byte[] scope(byte[] fields) throws MalformedOtlpException {
    return edited(fields, SpanRewriter::scope);
  }

  private interface Edit {
    byte[] apply(SpanRewriter rewriter, byte[] fields) throws MalformedOtlpException;
  }

  private byte[] edited(byte[] fields, Edit edit) throws MalformedOtlpException {
    byte[] edited = fields;
    for (SpanRewriter rewriter : rewriters) {
      edited = edit.apply(rewriter, edited);
    }
    return edited;
  }

  @Override
  public final byte @Nullable [] span(byte[] source, int from, int to)
      throws MalformedOtlpException {
    byte[] edited = null;
    for (SpanRewriter rewriter : rewriters) {
      byte[] more =
          edited == null
              ? rewriter.span(source, from, to)
              : rewriter.span(edited, 0, edited.length);
      edited = more == null ? edited : more;
    }
    return edited;
  }

  @Override
  public void edited() {}

  @Override
  public void refused(MalformedOtlpException reason) {}
}
