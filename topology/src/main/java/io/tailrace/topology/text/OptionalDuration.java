package io.tailrace.topology.text;

import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.Node;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.time.Duration;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Parses the optional duration of an option. The default is one minute. Another argument, such as a
 * file, is not consumed.
 */
public final class OptionalDuration implements IParameterConsumer {
  private static final Duration DEFAULT = Duration.ofMinutes(1);

  @Override
  @SuppressWarnings("JdkObsolete") // picocli passes a Stack
  public void consumeParameters(Stack<String> args, ArgSpec argSpec, CommandSpec commandSpec) {
    Optional<Duration> given = args.isEmpty() ? Optional.empty() : parse(args.peek());
    if (given.isPresent()) {
      args.pop();
    }
    argSpec.setValue(given.orElse(DEFAULT));
  }

  private static Optional<Duration> parse(String text) {
    Validation<Seq<Fault>, Optional<Duration>> read = Document.read(text, Node::positiveDuration);
    return read.isValid() ? read.get() : Optional.empty();
  }
}
