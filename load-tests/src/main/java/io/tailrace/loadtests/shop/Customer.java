package io.tailrace.loadtests.shop;

import java.util.random.RandomGenerator;

/** Customer of a request. Services propagate it with the trace. */
record Customer(String tier, String tenant, boolean staff) {
  private static final String[] TENANTS = {"acme", "globex", "initech", "umbrella"};
  private static final double STAFF = 0.02; // employees of the shop

  static Customer random(RandomGenerator random) {
    return new Customer(
        tier(random.nextDouble()),
        TENANTS[random.nextInt(TENANTS.length)],
        random.nextDouble() < STAFF);
  }

  private static String tier(double share) {
    if (share < 0.05) {
      return "gold";
    }
    return share < 0.25 ? "silver" : "free";
  }
}
