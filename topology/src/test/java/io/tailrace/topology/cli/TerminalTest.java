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
  void replacesTheScreen_andCutsWhatDoesNotFit() {
    assertThat(Terminal.frame(List.of("abc", "", "abcdef", "more"), new Size(3, 4)))
        .isEqualTo("\u001b[H\u001b[Kabc\r\n\u001b[K\r\n\u001b[Kabcd");
    assertThat(Terminal.frame(List.of("a"), new Size(3, 4)))
        .isEqualTo("\u001b[H\u001b[Ka\r\n\u001b[J");
  }
}
