package io.tailrace.topology.fleet;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.text.PlainText;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A publication that has not happened yet. Commands and the console make it in the same way.
 *
 * @param key key of the policy set
 * @param document document; null deletes the policies
 * @param comment comment if the author gives none; may be null
 */
public record PolicyPlan(String key, @Nullable String document, @Nullable String comment) {

  /** Returns the publication of a valid document as the policies of the fleet. */
  public static PolicyPlan active(TailraceConfig config, String document) {
    return new PolicyPlan(name(config), document, null);
  }

  /** Returns the publication of a valid document as shadow set. */
  public static PolicyPlan shadow(TailraceConfig config, String document) {
    return new PolicyPlan(shadowKey(config), document, null);
  }

  /**
   * Returns the addition of policies or rules to the active ones until a time.
   *
   * @param added a valid document with policies or rules only
   * @param time above 0; the end has whole seconds
   * @throws StartException if no policies are published
   * @throws IllegalArgumentException if the document cannot be added
   */
  public static PolicyPlan temporary(
      TailraceConfig config, String added, Duration time, Instant now) {
    String current =
        PolicyVersions.read(config, name(config))
            .active()
            .map(PublishedPolicies::document)
            .orElseThrow(
                () ->
                    new StartException(
                        "no policies are published as %s (expected: policies to which --for can add)"
                            .formatted(name(config))));
    Instant end = now.plus(time).truncatedTo(ChronoUnit.SECONDS);
    String text = TemporaryPolicies.added(current, added, end, now);
    Validation<Seq<Fault>, PolicySet> all = PolicySet.parse(text);
    if (all.isInvalid()) {
      String faults = all.getError().map(fault -> "\n  " + fault.message()).mkString();
      throw new IllegalArgumentException("combined with the active policies:" + faults);
    }
    String names = String.join(", ", PolicySet.parse(added).get().policyNames());
    return new PolicyPlan(name(config), text, "until " + end + ": " + names);
  }

  /**
   * Returns the activation of the shadow set and then its removal: a remaining shadow set is
   * harmless.
   *
   * @throws StartException if there is no shadow set
   */
  public static List<PolicyPlan> promotion(TailraceConfig config) {
    PublishedPolicies shadow = publishedShadow(config);
    String comment = "promote version %d of %s".formatted(shadow.version(), shadow.name());
    return List.of(
        new PolicyPlan(name(config), shadow.document(), comment),
        new PolicyPlan(shadow.name(), null, comment));
  }

  /**
   * Returns the removal of the shadow set.
   *
   * @throws StartException if there is no shadow set
   */
  public static PolicyPlan withdrawal(TailraceConfig config) {
    PublishedPolicies shadow = publishedShadow(config);
    return new PolicyPlan(shadow.name(), null, "withdraw version " + shadow.version());
  }

  /**
   * Returns the publication of the document of an earlier version, which can be invalid today.
   *
   * @throws StartException if the version is unknown
   */
  public static PolicyPlan rollback(TailraceConfig config, long version) {
    PublishedPolicies old = PolicyVersions.read(config, name(config)).numbered(version);
    return new PolicyPlan(name(config), old.document(), "rollback to version " + version);
  }

  private static PublishedPolicies publishedShadow(TailraceConfig config) {
    String key = shadowKey(config);
    return PolicyVersions.read(config, key)
        .active()
        .filter(published -> published.document() != null)
        .orElseThrow(
            () ->
                new StartException(
                    "no shadow set is published as %s (expected: one from publish --shadow)"
                        .formatted(key)));
  }

  private static String name(TailraceConfig config) {
    return config.get(Settings.POLICIES_NAME);
  }

  private static String shadowKey(TailraceConfig config) {
    return PolicyTopic.shadowKey(name(config));
  }

  /** Returns warnings about blocks for the export that the document no longer has. */
  public List<String> warnings(TailraceConfig config) {
    if (!key.equals(name(config))) {
      return List.of(); // a shadow set exports nothing
    }
    try {
      List<String> now = exportBlocks(document);
      return PolicyVersions.read(config, key)
          .active()
          .map(active -> exportBlocks(active.document()))
          .orElse(List.of())
          .stream()
          .filter(name -> !now.contains(name))
          .map(
              name ->
                  "warning: the active document has "
                      + PlainText.line(name)
                      + ", this one does not: kept spans leave without it")
          .toList();
    } catch (StartException e) { // may write but not read
      return List.of("not compared with the active document: " + e.getMessage());
    }
  }

  private static List<String> exportBlocks(@Nullable String document) {
    return document == null
        ? List.of()
        : PolicySet.parse(document).map(set -> set.exportRules().names()).getOrElse(List.of());
  }
}
