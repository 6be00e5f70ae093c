package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tailrace.topology.cli.TailraceCommand;
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
import picocli.CommandLine;

/** Commands, links, alerts and layout of the Markdown documents. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final int MAX_README_LINES = 120;
  private static final int MAX_COLUMNS = 100;

  /** Group 1 is present for a command that runs from the sources. */
  private static final Pattern COMMAND =
      Pattern.compile("^ {4}(\\./)?tailrace ([a-z].*)$", Pattern.MULTILINE);

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern ONLY_LINK = Pattern.compile("\\W*\\[[^]]*]\\([^)]*\\)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @Test
  void everyCommandIsValid_inTheProgramThatTheDocumentNames() throws Exception {
    int found = 0;
    for (Path document : documents()) {
      Matcher commands = COMMAND.matcher(Files.readString(document));
      while (commands.find()) {
        found++;
        CommandLine program =
            commands.group(1) == null ? TailraceCommand.commandLine() : Main.commandLine();
        String[] words = words(commands.group(2));
        assertThatCode(() -> program.parseArgs(words))
            .as("%s: %s", document, commands.group().strip())
            .doesNotThrowAnyException();
        assertThat(program.getParseResult().subcommand().commandSpec().usageMessage().hidden())
            .as("%s: %s is only in the sources", document, commands.group().strip())
            .isFalse();
      }
    }
    assertThat(found).isGreaterThan(40);
  }

  @Test
  void theReadmeIsShort() throws Exception {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")))
        .hasSizeLessThanOrEqualTo(MAX_README_LINES);
  }

  @Test
  void proseWrapsAt100Columns() throws Exception {
    for (Path document : documents()) {
      assertThat(prose(Files.readString(document)))
          .as("%s", document)
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(MAX_COLUMNS));
    }
  }

  /** Lines outside code blocks, except table rows and lines that are a single link or picture. */
  private static List<String> prose(String document) {
    return CODE_BLOCK
        .matcher(document)
        .replaceAll("")
        .lines()
        .filter(line -> !line.startsWith("    ") && !line.startsWith("|"))
        .filter(line -> !ONLY_LINK.matcher(line).matches())
        .toList();
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

  /** Returns the words of a command up to a comment or a pipe. */
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
