package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** The ACLs in {@code deploy/README.md}, so that the documented ones are tested. */
final class AclTable {
  private static final Path DOCUMENT = Path.of("..", "deploy", "README.md");
  private static final Pattern PRINCIPAL = Pattern.compile("--allow-principal (User:\\S+)`");
  private static final Pattern ROW = Pattern.compile("^\\|.*\\| `(--.*)` \\|$");
  private static final String INSTANCE = "User:tailrace";
  private static final String GATEWAY = "User:tailrace-gateway";
  private static final Pattern RESOURCE =
      Pattern.compile("--(topic|group|transactional-id) (\\S+)");
  private static final Pattern OPERATION = Pattern.compile("--operation (\\S+)");

  private AclTable() {}

  /** The rights that every instance needs. */
  static List<AclBinding> always() throws IOException {
    return all(INSTANCE).stream().filter(acl -> operation(acl) != AclOperation.CREATE).toList();
  }

  /** The rights to make topics. */
  static List<AclBinding> toCreate() throws IOException {
    return all(INSTANCE).stream().filter(acl -> operation(acl) == AclOperation.CREATE).toList();
  }

  /** The rights that a gateway needs. */
  static List<AclBinding> ofGateway() throws IOException {
    return all(GATEWAY);
  }

  private static List<AclBinding> all(String principal) throws IOException {
    List<AclBinding> all = new ArrayList<>();
    String of = "";
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher heading = PRINCIPAL.matcher(line);
      Matcher row = ROW.matcher(line);
      if (heading.find()) {
        of = heading.group(1);
      } else if (of.equals(principal) && row.matches()) {
        add(row.group(1), principal, all);
      }
    }
    return all;
  }

  private static void add(String arguments, String principal, List<AclBinding> to) {
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
        .map(operation -> new AclBinding(pattern, allow(principal, operation)))
        .forEach(to::add);
  }

  private static AccessControlEntry allow(String principal, AclOperation operation) {
    return new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW);
  }

  private static AclOperation operation(AclBinding acl) {
    return acl.entry().operation();
  }

  private static String camelCase(String name) {
    return name.equals("transactional-id") ? "TransactionalId" : name;
  }
}
