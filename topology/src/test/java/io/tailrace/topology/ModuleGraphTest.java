package io.tailrace.topology;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tailrace.topology.kafka.MainConsumers;
import io.tailrace.topology.streams.StreamsInternals;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What may know what. */
class ModuleGraphTest {
  private static final String[] KAFKA = {"org.apache.kafka..", "org.rocksdb.."};
  private static final String SERDES = "io.tailrace.serdes..";
  private static final String POLICIES = "io.tailrace.policies..";
  private static final String RECORDED = "io.tailrace.topology.recorded..";
  private static final String GATEWAY = "io.tailrace.topology.gateway..";
  private static final String TELEMETRY = "io.tailrace.topology.telemetry..";
  private static final String TOPOLOGY = "io.tailrace.topology..";

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
    assertThat(classes.contain(ModuleGraphTest.class)).isFalse();
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
        .resideInAnyPackage(POLICIES, "io.tailrace.topology")
        .check(classes);
  }

  @Test
  void theGatewayKnowsNothingOfSampling() {
    noClasses()
        .that()
        .resideInAPackage(GATEWAY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            POLICIES, RECORDED, "io.tailrace.topology", "org.apache.kafka.streams..")
        .check(classes);
  }

  @Test
  void telemetryKnowsNothingOfSampling() {
    noClasses()
        .that()
        .resideInAPackage(TELEMETRY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            SERDES, POLICIES, RECORDED, GATEWAY, "io.tailrace.topology", "org.apache.kafka..")
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
