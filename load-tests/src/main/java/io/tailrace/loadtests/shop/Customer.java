package io.tailrace.loadtests.shop;

import java.util.random.RandomGenerator;

/** Who a request is for; the services pass it on with the trace. */
record Customer(String tier, String tenant) {
  private static final String[] TENANTS = {"acme", "globex", "initech", "umbrella"};

  static Customer random(RandomGenerator random) {
    return new Customer(tier(random.nextDouble()), TENANTS[random.nextInt(TENANTS.length)]);
  }

  private static String tier(double share) {
    if (share < 0.05) {
      return "gold";
    }
    return share < 0.25 ? "silver" : "free";
  }
}
