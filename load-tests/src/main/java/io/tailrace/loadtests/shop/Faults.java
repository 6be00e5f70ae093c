package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.SpanKind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Adds a failed call to a given share of the traces. Only these have an error status. */
final class Faults {
  private static final double RETRIED = 0.3;
  private static final double HANDLED = 0.15;

  private final double share;
  private final RandomGenerator random;

  Faults(double share, RandomGenerator random) {
    this.share = share;
    this.random = random;
  }

  void strike(Call root) {
    if (random.nextDouble() >= share) {
      return;
    }
    List<Call> calls = new ArrayList<>();
    root.forEach(calls::add);
    Call broken = calls.get(random.nextInt(calls.size()));
    Failure failure = Failure.random(random);
    if (isRemoteCall(broken) && random.nextDouble() < RETRIED) {
      failOnceBefore(broken, failure);
    } else {
      failUpwards(broken, failure);
    }
  }

  /** Adds a failed first attempt without a span of the callee. The second attempt succeeds. */
  private static void failOnceBefore(Call retry, Failure failure) {
    Call attempt = new Call(retry.service, retry.name, retry.kind, retry.medianMillis);
    attempt.attributes.putAll(retry.attributes.build());
    fail(attempt, failure);
    attempt.parent = retry.parent;
    retry.parent.children.add(retry.parent.children.indexOf(retry), attempt);
    retry.attributes.put(Conventions.HTTP_RESEND, 1L);
  }

  /** Propagates the failure to callers, up to the root or an optional call. */
  private void failUpwards(Call broken, Failure failure) {
    fail(broken, failure);
    Call call = broken;
    while (call.parent != null && !call.asynchronous) {
      if (call.kind == SpanKind.CLIENT && random.nextDouble() < HANDLED) {
        return;
      }
      if (!call.parent.childrenInParallel) {
        skipWhatFollows(call);
      }
      call = call.parent;
      fail(call, failure);
    }
  }

  private static void skipWhatFollows(Call call) {
    List<Call> siblings = call.parent.children;
    siblings.subList(siblings.indexOf(call) + 1, siblings.size()).clear();
  }

  private static void fail(Call call, Failure failure) {
    call.failure = failure;
    call.attributes.put(Conventions.ERROR_TYPE, failure.exception());
    if (call.attributes.build().get(Conventions.HTTP_STATUS) != null) {
      call.attributes.put(Conventions.HTTP_STATUS, (long) failure.httpStatus());
    }
  }

  private static boolean isRemoteCall(Call call) {
    return call.parent != null
        && call.kind == SpanKind.CLIENT
        && call.attributes.build().get(Conventions.HTTP_METHOD) != null;
  }
}
