package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.cli.Terminal.Size;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {
  @Test
  void readsTheSize() {
    assertThat(Size.parse("50 132\n")).isEqualTo(new Size(50, 132));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 0", "50", "wide high", "99999999999 1"})
  void hasTheUsualSize_ifItIsUnknown(String text) {
    assertThat(Size.parse(text)).isEqualTo(new Size(24, 80));
  }

  @Test
  void cutsWhatDoesNotFit() {
    assertThat(Terminal.cut(List.of("abc", "", "abcdef", "more"), new Size(3, 4)))
        .containsExactly("abc", "", "abcd");
    assertThat(Terminal.cut(List.of("a"), new Size(3, 4))).containsExactly("a");
  }
}
