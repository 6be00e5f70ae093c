package io.tailrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tailrace.topology.kafka.ClientProperties;
import io.vavr.control.Validation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Any bytes at all as a configuration file, and as the value of a variable. */
class TailraceConfigJazzerTest {
  private static final String BROKER = "TAILRACE_KAFKA_BOOTSTRAP_SERVERS";

  @FuzzTest(maxDuration = "3m")
  void isReadOrRefused(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    isReadOrRefused(TailraceConfig.read(text, Map.of(BROKER, "broker:9092")));
    if (bytes.length > 0) {
      List<Setting<?>> settings = Settings.all();
      String variable = settings.get((bytes[0] & 0xff) % settings.size()).variable();
      isReadOrRefused(
          TailraceConfig.read("", Map.of(BROKER, "broker:9092", variable, text.substring(1))));
    }
  }

  private static void isReadOrRefused(Validation<List<String>, TailraceConfig> read) {
    if (read.isValid()) {
      assertThat(new ClientProperties(read.get()).streams("tailrace-1")).isNotEmpty();
    } else {
      assertThat(read.getError()).isNotEmpty().noneMatch(String::isBlank);
    }
  }
}
