package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlainKeyValueTest {
  private static final int MUTATIONS = 200_000;

  @ParameterizedTest
  @CsvSource({"1,0,1", "127,0,127", "5,127,5", "5,128,5", "5,16000,5", "128,3,-1", "5,17000,-1"})
  void knowsWhatEncodersWrite(int keyLength, int valueLength, int expected) {
    byte[] bytes = keyValue("k".repeat(keyLength), "v".repeat(valueLength)).toByteArray();

    assertThat(PlainKeyValue.keyLength(bytes, 0, bytes.length)).isEqualTo(expected);
  }

  @Test
  void leavesAllElseToTheWalk() {
    byte[] plain = keyValue("key", "value").toByteArray();
    byte[] value = Arrays.copyOfRange(plain, 5, plain.length);
    byte[] key = Arrays.copyOf(plain, 5);

    assertThat(keyLength(plain)).isEqualTo(3);
    assertThat(keyLength(concat(value, key))).as("value first").isEqualTo(-1);
    assertThat(keyLength(concat(key, plain))).as("two keys").isEqualTo(-1);
    assertThat(keyLength(concat(plain, value))).as("two values").isEqualTo(-1);
    assertThat(keyLength(key)).as("no value").isEqualTo(-1);
    for (int length = 0; length < plain.length; length++) {
      assertThat(keyLength(Arrays.copyOf(plain, length))).as("cut").isEqualTo(-1);
    }
  }

  /** What it takes for a key is what the generated classes take for one, or refuse altogether. */
  @Test
  void isNeverWrongAboutTheKey() {
    Random random = new Random(5);
    int plain = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes =
          keyValue("k".repeat(random.nextInt(6)), "v".repeat(random.nextInt(140))).toByteArray();
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = keyLength(bytes);
      if (length >= 0) {
        plain++;
        ByteString key = ByteString.copyFrom(bytes, PlainKeyValue.BEFORE_KEY, length);
        try {
          assertThat(KeyValue.parseFrom(bytes).getKeyBytes()).isEqualTo(key);
        } catch (InvalidProtocolBufferException brokenInside) {
          continue;
        }
      }
    }
    assertThat(plain).isBetween(MUTATIONS / 5, MUTATIONS);
  }

  private static KeyValue keyValue(String key, String value) {
    return KeyValue.newBuilder()
        .setKeyBytes(ByteString.copyFrom(key, StandardCharsets.UTF_8))
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static int keyLength(byte[] bytes) {
    return PlainKeyValue.keyLength(bytes, 0, bytes.length);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
