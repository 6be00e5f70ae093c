package io.tailrace.topology;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tailrace.topology.kafka.MainConsumers;
import io.tailrace.topology.streams.StreamsInternals;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may know what. The rooms of topology are packages on floors: a room may know those below it
 * and none above.
 */
class RoomsTest {
  private static final String[] KAFKA = {"org.apache.kafka..", "org.rocksdb.."};
  private static final String SERDES = "io.tailrace.serdes..";
  private static final String POLICIES = "io.tailrace.policies..";
  private static final String RECORDED = "io.tailrace.topology.recorded..";
  private static final String GATEWAY = "io.tailrace.topology.gateway..";
  private static final String TELEMETRY = "io.tailrace.topology.telemetry..";
  private static final String TOPOLOGY = "io.tailrace.topology..";

  /** From the top to the bottom. */
  private static final List<String> ROOMS =
      List.of(
          "cli",
          "instance",
          "console",
          "explain",
          "simulate",
          "streams",
          "meters",
          "gateway",
          "telemetry",
          "recorded",
          "convert",
          "fleet",
          "keep",
          "sampling",
          "operations",
          "wire",
          "buffer",
          "kafka",
          "config",
          "text");

  /** Packages of {@code policies} below its root, from the top to the bottom. */
  private static final List<String> ROOMS_OF_POLICIES =
      List.of(
          "kinds",
          "export",
          "policy",
          "signals",
          "ottl",
          "ottl.functions",
          "ottl.values",
          "budget",
          "adaptive",
          "slo",
          "fingerprint",
          "document",
          "span");

  private static final int MOST_CLASSES = 45; // that a room is read with in one go

  private static final int MOST_ARGUMENTS = 7; // of a constructor; beyond, an object has them
  private static final int MOST_FIELDS = 12; // beyond, a class does more than one thing

  /**
   * Summaries of traces, of which the heap has a million, are plain data. The scan of a record is
   * the hottest loop and holds its arrays directly.
   */
  private static final Set<String> MANY_FIELDS = Set.of("OpenTrace", "BufferedTrace", "RecordScan");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tailrace.serdes", "io.tailrace.policies", "io.tailrace.topology");
  }

  @Test
  void allThreeModulesAreLookedAt() {
    assertThat(classes.contain(io.tailrace.serdes.SpanScan.class)).isTrue();
    assertThat(classes.contain(io.tailrace.policies.PolicySet.class)).isTrue();
    assertThat(classes.contain(StreamsInternals.class)).isTrue();
    assertThat(classes.contain(RoomsTest.class)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsNoneAboveIt(String room) {
    String[] above =
        ROOMS.subList(0, ROOMS.indexOf(room)).stream().map(RoomsTest::of).toArray(String[]::new);
    if (above.length > 0) {
      noClasses()
          .that()
          .resideInAPackage(of(room))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(classes);
    }
  }

  @ParameterizedTest
  @MethodSource("roomsOfPolicies")
  void aRoomOfPoliciesKnowsNeitherTheRootNorOneAboveIt(String room) {
    List<String> above = new ArrayList<>(List.of("io.tailrace.policies"));
    for (String other : ROOMS_OF_POLICIES.subList(0, ROOMS_OF_POLICIES.indexOf(room))) {
      above.add("io.tailrace.policies." + other);
    }
    noClasses()
        .that()
        .resideInAPackage("io.tailrace.policies." + room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(above.toArray(String[]::new))
        .check(classes);
  }

  @Test
  void theRoomsOfPoliciesAreAllListed() {
    assertThat(
            classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("io.tailrace.policies."))
                .map(name -> name.substring("io.tailrace.policies.".length())))
        .containsOnly(ROOMS_OF_POLICIES.toArray(String[]::new));
  }

  static Stream<String> roomsOfPolicies() {
    return ROOMS_OF_POLICIES.stream();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomIsSmall(String room) {
    assertThat(
            classes.stream()
                .filter(c -> c.getPackageName().equals("io.tailrace.topology." + room))
                .filter(JavaClass::isTopLevelClass)
                .filter(c -> !c.getSimpleName().equals("package-info")))
        .hasSizeBetween(1, MOST_CLASSES);
  }

  @ParameterizedTest
  @MethodSource("packagesOfPolicies")
  void aRoomOfPoliciesIsSmall(String room) {
    assertThat(
            classes.stream()
                .filter(c -> c.getPackageName().equals("io.tailrace.policies" + room))
                .filter(JavaClass::isTopLevelClass)
                .filter(c -> !c.getSimpleName().equals("package-info")))
        .hasSizeBetween(1, MOST_CLASSES);
  }

  static Stream<String> packagesOfPolicies() {
    return Stream.concat(Stream.of(""), ROOMS_OF_POLICIES.stream().map(room -> "." + room));
  }

  @Test
  void aConstructorTakesFewArguments() {
    assertThat(ofTopology())
        .filteredOn(
            c ->
                c.getConstructors().stream()
                    .anyMatch(with -> with.getRawParameterTypes().size() > MOST_ARGUMENTS))
        .isEmpty();
  }

  @Test
  void aClassHasFewFields() {
    assertThat(ofTopology())
        .filteredOn(
            c ->
                c.getFields().stream()
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                        .count()
                    > MOST_FIELDS)
        .extracting(JavaClass::getSimpleName)
        .isSubsetOf(MANY_FIELDS);
  }

  /** Records and enums are data. */
  private static List<JavaClass> ofTopology() {
    return classes.stream()
        .filter(c -> c.getPackageName().startsWith("io.tailrace.topology"))
        .filter(c -> !c.isRecord() && !c.isEnum() && !c.isAnonymousClass())
        .toList();
  }

  @Test
  void everyClassIsInARoom() {
    assertThat(
            classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("io.tailrace.topology"))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            ROOMS.stream().map(room -> "io.tailrace.topology." + room).toList());
  }

  @Test
  void whatDecidesKnowsNeitherKafkaStreamsNorTheConfiguration() {
    noClasses()
        .that()
        .resideInAPackage(of("sampling"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka.streams..", of("config"))
        .check(classes);
  }

  static Stream<String> rooms() {
    return ROOMS.stream();
  }

  private static String of(String room) {
    return "io.tailrace.topology." + room + "..";
  }

  /** All rooms but this one. */
  private static String[] others(String... more) {
    return Stream.concat(
            Stream.of(more).skip(1),
            ROOMS.stream().filter(r -> !r.equals(more[0])).map(RoomsTest::of))
        .toArray(String[]::new);
  }

  @Test
  void serdesAndPoliciesKnowNeitherKafkaNorTheTopology() {
    noClasses()
        .that()
        .resideInAnyPackage(SERDES, POLICIES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(KAFKA)
        .check(classes);
    noClasses()
        .that()
        .resideInAnyPackage(SERDES, POLICIES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TOPOLOGY)
        .check(classes);
  }

  @Test
  void serdesAndPoliciesDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage(SERDES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(POLICIES)
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage(POLICIES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SERDES)
        .check(classes);
  }

  @Test
  void readingRecordedSpansTakesSerdesAlone() {
    noClasses()
        .that()
        .resideInAPackage(RECORDED)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(KAFKA)
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage(RECORDED)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others("recorded", POLICIES))
        .check(classes);
  }

  @Test
  void theGatewayKnowsNothingOfSampling() {
    noClasses()
        .that()
        .resideInAPackage(GATEWAY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others("gateway", POLICIES, "org.apache.kafka.streams.."))
        .check(classes);
  }

  @Test
  void telemetryKnowsNothingOfSampling() {
    noClasses()
        .that()
        .resideInAPackage(TELEMETRY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others("telemetry", SERDES, POLICIES, "org.apache.kafka.."))
        .check(classes);
  }

  @Test
  void telemetryAloneKnowsTheSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage(TELEMETRY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.opentelemetry..", "io.micrometer.registry.otlp..")
        .check(classes);
  }

  @Test
  void theGatewayAloneKnowsNetworkServers() {
    noClasses()
        .that()
        .resideOutsideOfPackage(GATEWAY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.netty..")
        .check(classes);
  }

  @Test
  void internalsOfKafkaStreamsAreTouchedInTheirTwoPlacesOnly() {
    noClasses()
        .that()
        .doNotHaveSimpleName("StreamsInternals")
        .and()
        .doNotHaveSimpleName("RestoringRecords") // nested in it
        .and()
        .doNotHaveSimpleName("BeforeCommit") // too
        .and()
        .doNotHaveSimpleName("MainConsumers")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka.streams..internals..")
        .check(classes);
  }

  @Test
  void mainConsumersTouchesTheDefaultClientSupplierAlone() {
    assertThat(classes.get(MainConsumers.class).getDirectDependenciesFromSelf())
        .extracting(dependency -> dependency.getTargetClass().getName())
        .filteredOn(name -> name.matches("org\\.apache\\.kafka\\.streams\\..*internals\\..*"))
        .containsOnly("org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier");
  }
}
