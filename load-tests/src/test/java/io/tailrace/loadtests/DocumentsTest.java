package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents tell people to type, click and look up is there. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern COMMAND =
      Pattern.compile("^ {4}(?:\\./)?tailrace ([a-z].*)$", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @Test
  void everyCommandIsOneThatTheProgramTakes() throws Exception {
    int found = 0;
    for (Path document : documents()) {
      Matcher commands = COMMAND.matcher(Files.readString(document));
      while (commands.find()) {
        found++;
        String[] words = words(commands.group(1));
        assertThatCode(() -> parse(words))
            .as("%s: tailrace %s", document, commands.group(1))
            .doesNotThrowAnyException();
      }
    }
    assertThat(found).isGreaterThan(40);
  }

  @Test
  void everyLinkLeadsToAFile() throws Exception {
    int found = 0;
    for (Path document : documents()) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        found++;
        assertThat(document.resolveSibling(links.group(1))).as("in %s", document).exists();
      }
    }
    assertThat(found).isGreaterThan(40);
  }

  @Test
  void everyAlertHasItsSection() throws Exception {
    assertThat(found("docs/operate.md", "^## (\\w+)$"))
        .isEqualTo(found("deploy/prometheus/alerts.yaml", "- alert: (\\w+)"))
        .hasSizeGreaterThan(10);
  }

  private static Set<String> found(String file, String pattern) throws IOException {
    Set<String> all = new TreeSet<>();
    Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(Files.readString(ROOT.resolve(file)))
        .results()
        .forEach(match -> all.add(match.group(1)));
    return all;
  }

  private static void parse(String... words) {
    Main.commandLine().parseArgs(words);
  }

  /** Up to a comment or a pipe. */
  private static String[] words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find() && !word.group().startsWith("#") && !word.group().equals("|")) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words.toArray(String[]::new);
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }
}
