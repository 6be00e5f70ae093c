package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker that takes clients over TLS with a login only, and lets them do what ACLs allow: {@code
 * admin} everything, the others what they are granted.
 */
final class SecuredKafka implements AutoCloseable {
  private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
  private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

  private static final List<String> USERS = List.of("tailrace", "tailrace-gateway");

  /** Of the users {@code tailrace} and {@code tailrace-gateway}. */
  final String password = secret();

  private final String adminPassword = secret();
  private final Certificates certificates;
  private final EmbeddedKafka kafka;

  SecuredKafka(Path directory) throws Exception {
    certificates = Certificates.make(directory, "broker", secret());
    kafka =
        EmbeddedKafka.builder()
            .property(
                "listener.security.protocol.map",
                "CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT")
            .property("listener.name.client.ssl.keystore.type", "PKCS12")
            .property(
                "listener.name.client.ssl.keystore.location", certificates.keyStore().toString())
            .property("listener.name.client.ssl.keystore.password", certificates.password())
            .property("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512")
            .property(
                "listener.name.client.plain.sasl.jaas.config",
                PLAIN + " required user_admin=\"" + adminPassword + "\";")
            .property("listener.name.client.scram-sha-512.sasl.jaas.config", SCRAM + " required;")
            .property("authorizer.class.name", StandardAuthorizer.class.getName())
            // The broker itself has no login; no other client reaches its own listeners.
            .property("super.users", "User:admin;User:ANONYMOUS")
            .start();
    try (Admin admin = admin()) {
      admin
          .alterUserScramCredentials(
              USERS.stream()
                  .map(
                      user ->
                          (UserScramCredentialAlteration)
                              new UserScramCredentialUpsertion(
                                  user,
                                  new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                  password))
                  .toList())
          .all()
          .get();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> admin.describeUserScramCredentials().users().get().containsAll(USERS));
    }
  }

  /** The certificate of the broker, which clients trust. */
  Path certificate() {
    return certificates.certificate();
  }

  /** A key pair that the broker can {@link #use}. */
  Certificates newCertificate(Path directory) throws Exception {
    return Certificates.make(directory, "renewed", certificates.password());
  }

  /** Restarts the broker with another key pair. */
  void use(Certificates renewed) throws IOException {
    kafka.stop();
    Files.copy(renewed.keyStore(), certificates.keyStore(), StandardCopyOption.REPLACE_EXISTING);
    kafka.start();
  }

  static String secret() {
    return "secret-" + UUID.randomUUID();
  }

  EmbeddedKafka broker() {
    return kafka;
  }

  void grant(Collection<AclBinding> acls) throws Exception {
    try (Admin admin = admin()) {
      admin.createAcls(acls).all().get();
      await().atMost(Duration.ofSeconds(30)).until(() -> granted(admin).containsAll(acls));
    }
  }

  void revoke(AclBinding acl) throws Exception {
    try (Admin admin = admin()) {
      admin.deleteAcls(List.of(acl.toFilter())).all().get();
      await().atMost(Duration.ofSeconds(30)).until(() -> !granted(admin).contains(acl));
    }
  }

  /** Clients that may do everything. */
  TestClients clients() {
    return new TestClients(kafka.bootstrapServers(), asAdmin());
  }

  /** Client properties of {@code admin}. */
  Map<String, Object> asAdmin() {
    Map<String, Object> properties = new HashMap<>(overTls());
    properties.put("sasl.mechanism", "PLAIN");
    properties.put("sasl.jaas.config", login(PLAIN, "admin", adminPassword));
    return properties;
  }

  /** Client properties of {@code tailrace}, as environment variables of an instance. */
  Map<String, String> asTailrace(String withPassword) {
    return as("tailrace", withPassword);
  }

  /** Client properties of {@code tailrace-gateway}, as environment variables of a gateway. */
  Map<String, String> asGateway() {
    return as("tailrace-gateway", password);
  }

  private Map<String, String> as(String user, String withPassword) {
    Map<String, String> properties = new LinkedHashMap<>(overTls());
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put("sasl.jaas.config", login(SCRAM, user, withPassword));
    Map<String, String> variables = new LinkedHashMap<>();
    properties.forEach(
        (key, value) ->
            variables.put("TAILRACE_KAFKA_" + key.toUpperCase().replace('.', '_'), value));
    return variables;
  }

  @Override
  public void close() {
    kafka.close();
  }

  private Admin admin() {
    Map<String, Object> properties = asAdmin();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    return Admin.create(properties);
  }

  private static Collection<AclBinding> granted(Admin admin) throws Exception {
    return admin.describeAcls(AclBindingFilter.ANY).values().get();
  }

  private Map<String, String> overTls() {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        certificates.certificate().toString());
  }

  private static String login(String module, String user, String withPassword) {
    return "%s required username=\"%s\" password=\"%s\";".formatted(module, user, withPassword);
  }
}
