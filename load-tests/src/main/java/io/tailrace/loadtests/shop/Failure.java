package io.tailrace.loadtests.shop;

import java.util.random.RandomGenerator;

/** Cause of a failed call and the HTTP status for its caller. */
record Failure(String exception, String message, int httpStatus) {
  private static final Failure[] CAUSES = {
    new Failure("java.net.SocketTimeoutException", "Read timed out", 504),
    new Failure("java.net.ConnectException", "Connection refused", 503),
    new Failure("java.sql.SQLTransientConnectionException", "pool exhausted after 250 ms", 503),
    new Failure("java.lang.NullPointerException", "sku is null", 500),
    new Failure("java.lang.IllegalStateException", "reservation expired", 500),
  };

  static Failure random(RandomGenerator random) {
    return CAUSES[random.nextInt(CAUSES.length)];
  }

  String stackTrace() {
    return exception
        + ": "
        + message
        + "\n\tat com.example.shop.Handler.handle(Handler.java:87)"
        + "\n\tat com.example.shop.Server.dispatch(Server.java:214)"
        + "\n\tat java.base/java.lang.Thread.run(Thread.java:840)";
  }
}
