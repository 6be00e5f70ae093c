package io.tailrace.policies.slo;

/**
 * A long and a short window of log time. A key burns if its burn rate is high in both: the long one
 * shows that it matters, the short one that it goes on. Source: Google, "The Site Reliability
 * Workbook", chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 *
 * @param longMillis length of the long window, above that of the short one
 * @param shortMillis length of the short window, at least {@link BurnRules#LEAST_MILLIS}
 * @param burnRate least burn rate of a key that burns, above 0
 * @param minTraces least traces in the long window of a key that burns, above 0
 */
public record BurnWindow(long longMillis, long shortMillis, double burnRate, long minTraces) {}
