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
 * A file with a policy set, as a command is given it.
 *
 * @param text as it was read; if it refers to the environment, its processor block without
 *     references, in JSON
 */
public record PolicyFile(Path path, String text, PolicySet set) {
  /**
   * Reads it and shows its warnings.
   *
   * @throws ParameterException with all faults; the command's exit code is 2 then
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

  /** What an instance reads as this process does, whatever its environment. */
  public static String withoutReferences(String text, Environment environment) {
    return PolicyDocument.expanded(text, environment).map(TemporaryPolicies::json).orElse(text);
  }

  /**
   * Reads a document and shows its warnings.
   *
   * @param origin where it comes from
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
