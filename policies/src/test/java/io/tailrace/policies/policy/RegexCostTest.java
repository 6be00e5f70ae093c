package io.tailrace.policies.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexCostTest {

  /** A bracket, an escape or a quote must not hide a repeat from the count. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "abc 3",
        "a{10} 10",
        "a{2,10} 10",
        "a{10,} 11",
        "(a{10}){10} 100",
        "[]]a{10} 10",
        "[]b{999}]a 2",
        "[^]b{999}]a 2",
        "[^]]a{10} 10",
        "[\\]]a{10} 10",
        "[[:alpha:]]a{10} 10",
        "[[:alpha:][]a{10} 10",
        "\\Q[\\Ea{10} 10",
        "\\[a{10} 10",
        "\\pL{10} 10",
        "\\p{L}{10} 10",
        "\\x{41}{10} 10",
        "a{,5} 1",
        "a{x} 1",
        "(?:ab|c){10} 30",
        "()a{10} 10",
      })
  void countsEveryRepeat(String regex, long atLeast) {
    assertThat(RegexCost.steps(regex)).isBetween(atLeast, 2 * atLeast + 50);
  }
}
