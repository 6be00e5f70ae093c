package io.tailrace.topology.fleet;

import io.tailrace.policies.PolicyDocument;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * File with a policy set, as passed to a command.
 *
 * @param text content of the file; if it refers to the environment, its processor block without
 *     references, in JSON
 */
public record PolicyFile(Path path, String text, PolicySet set) {
  /**
   * Reads the file and prints its warnings.
   *
   * @throws ParameterException with all faults; the command then exits with code 2
   */
  public static PolicyFile read(Path path, CommandSpec command) {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new ParameterException(
          command.commandLine(), path + " (expected: a readable file): " + e, e);
    }
    Environment environment = Environment.ofProcess();
    PolicySet set = parse(path.toString(), PolicySet.parse(text, environment), command);
    return new PolicyFile(path, withoutReferences(text, environment), set);
  }

  /** Returns a document that an instance reads as this process does, whatever its environment. */
  public static String withoutReferences(String text, Environment environment) {
    return PolicyDocument.expanded(text, environment).map(TemporaryPolicies::json).orElse(text);
  }

  /**
   * Reads a document and prints its warnings.
   *
   * @param origin source of the document
   * @throws ParameterException with all faults
   */
  public static PolicySet parse(String origin, String text, CommandSpec command) {
    return parse(origin, PolicySet.parse(text), command);
  }

  private static PolicySet parse(
      String origin, Validation<Seq<Fault>, PolicySet> set, CommandSpec command) {
    if (set.isInvalid()) {
      throw new ParameterException(
          command.commandLine(),
          origin + ":" + set.getError().map(f -> "\n  " + f.message()).mkString());
    }
    set.get()
        .warnings()
        .forEach(warning -> command.commandLine().getErr().println(origin + ": " + warning));
    set.get()
        .lint()
        .forEach(doubt -> command.commandLine().getErr().println(origin + ": " + doubt));
    return set.get();
  }
}
