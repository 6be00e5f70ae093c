package io.tailrace.policies;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any bytes at all as a policy document: a set that can judge, or faults. */
class PolicySetJazzerTest {
  @FuzzTest(maxDuration = "3m")
  void givesFaultsOnly(byte[] document) {
    PolicySetFuzzTest.isAcceptedOrWellRefused(new String(document, StandardCharsets.UTF_8));
  }
}
