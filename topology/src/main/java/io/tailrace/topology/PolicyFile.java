package io.tailrace.topology;

import io.tailrace.policies.PolicySet;
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
 * @param text as it was read
 */
record PolicyFile(Path path, String text, PolicySet set) {
  /**
   * Reads it and shows its warnings.
   *
   * @throws ParameterException with all faults; the command's exit code is 2 then
   */
  static PolicyFile read(Path path, CommandSpec command) {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new ParameterException(
          command.commandLine(), path + " (expected: a readable file): " + e, e);
    }
    Validation<Seq<Fault>, PolicySet> set = PolicySet.parse(text);
    if (set.isInvalid()) {
      throw new ParameterException(
          command.commandLine(),
          path + ":" + set.getError().map(f -> "\n  " + f.message()).mkString());
    }
    set.get()
        .warnings()
        .forEach(warning -> command.commandLine().getErr().println(path + ": " + warning));
    return new PolicyFile(path, text, set.get());
  }
}
