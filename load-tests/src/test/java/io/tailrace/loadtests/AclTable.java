package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** The ACLs that {@code deploy/README.md} asks for: what is documented is what is tested. */
final class AclTable {
  private static final Path DOCUMENT = Path.of("..", "deploy", "README.md");
  private static final Pattern ROW = Pattern.compile("^\\|.*\\| `(--.*)` \\|$", Pattern.MULTILINE);
  private static final Pattern RESOURCE =
      Pattern.compile("--(topic|group|transactional-id) (\\S+)");
  private static final Pattern OPERATION = Pattern.compile("--operation (\\S+)");

  private AclTable() {}

  /** The rights that every instance needs. */
  static List<AclBinding> always() throws IOException {
    return all().stream().filter(acl -> operation(acl) != AclOperation.CREATE).toList();
  }

  /** The rights to make topics. */
  static List<AclBinding> toCreate() throws IOException {
    return all().stream().filter(acl -> operation(acl) == AclOperation.CREATE).toList();
  }

  private static List<AclBinding> all() throws IOException {
    List<AclBinding> all = new ArrayList<>();
    ROW.matcher(Files.readString(DOCUMENT)).results().forEach(row -> add(row.group(1), all));
    return all;
  }

  private static void add(String arguments, List<AclBinding> to) {
    MatchResult resource = RESOURCE.matcher(arguments).results().findFirst().orElseThrow();
    boolean prefixed = arguments.contains("--resource-pattern-type prefixed");
    ResourcePattern pattern =
        new ResourcePattern(
            SecurityUtils.resourceType(camelCase(resource.group(1))),
            resource.group(2),
            prefixed ? PatternType.PREFIXED : PatternType.LITERAL);
    if (pattern.resourceType() == ResourceType.UNKNOWN) {
      throw new AssertionError(arguments);
    }
    OPERATION
        .matcher(arguments)
        .results()
        .map(operation -> SecurityUtils.operation(operation.group(1)))
        .map(operation -> new AclBinding(pattern, allow(operation)))
        .forEach(to::add);
  }

  private static AccessControlEntry allow(AclOperation operation) {
    return new AccessControlEntry("User:tailrace", "*", operation, AclPermissionType.ALLOW);
  }

  private static AclOperation operation(AclBinding acl) {
    return acl.entry().operation();
  }

  private static String camelCase(String name) {
    return name.equals("transactional-id") ? "TransactionalId" : name;
  }
}
