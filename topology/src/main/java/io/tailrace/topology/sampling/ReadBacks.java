package io.tailrace.topology.sampling;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;

/** Requests to export the spans of a kept trace that were dropped before its verdict. */
public interface ReadBacks {
  /** Accepts all requests and exports nothing: for a simulation. */
  ReadBacks SIMULATED =
      new ReadBacks() {
        @Override
        public boolean want(TraceId id, Verdict verdict, boolean withHistory) {
          return true;
        }

        @Override
        public void repeated(TraceId id, Verdict verdict) {}
      };

  /**
   * Requests the spans from {@link Verdict#firstOffset} up to {@link Verdict#position}.
   *
   * @param withHistory whether some of them can be exported already, under an earlier verdict
   * @return false if too many traces wait already, or an earlier request for this one
   */
  boolean want(TraceId id, Verdict verdict, boolean withHistory);

  /**
   * The record that turned the verdict is processed again after a crash. Makes sure that the
   * request exists.
   */
  void repeated(TraceId id, Verdict verdict);
}
