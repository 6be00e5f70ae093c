package io.tailrace.policies.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String POLICIES = "policies: [{name: all, type: always_sample}]\n";
  private static final String LONG_KEY = "k".repeat(64);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "allow_all_keys: true                                     | a                       | CHECKED",
        "{}                                                       | a                       | REMOVED",
        "{}                                                       | redaction.masked.keys   | CHECKED",
        "{}                                                       | redaction.allowed.keys  | REMOVED",
        "allowed_keys: [a, b]                                     | b                       | CHECKED",
        "allowed_keys: 'a,b'                                      | b                       | CHECKED",
        "allowed_keys: [a]                                        | A                       | REMOVED",
        "{ignored_keys: [a]}                                      | a                       | IGNORED",
        "{ignored_key_patterns: ['^safe']}                        | safe.x                  | IGNORED",
        "{ignored_key_patterns: ['^safe'], allow_all_keys: true}  | unsafe                  | CHECKED",
        "{allow_all_keys: true, blocked_key_patterns: ['tok']}    | my.token                | MASKED",
        "{allowed_keys: [b], blocked_key_patterns: ['tok']}       | my.token                | REMOVED",
        "{ignored_keys: [token], blocked_key_patterns: ['tok']}   | token                   | IGNORED",
        "{allow_all_keys: true, blocked_key_patterns: ['(?i)t']}  | T                       | MASKED",
      })
  void aKeyDecides(String settings, String key, KeyRule rule) {
    assertThat(redaction(settings).of(key)).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // settings beside allow_all_keys | rule | before | after
        "blocked_values: ['4[0-9]{3}']              | CHECKED | card 4111, 4222 | card ****, ****",
        "blocked_values: ['4[0-9]{3}']              | CHECKED | none            | none",
        "blocked_values: ['4[0-9]+', 'd \\*']       | CHECKED | card 4111       | car*******",
        "blocked_values: ['^a~b$']                  | CHECKED | aabb            | ****ab****",
        "blocked_values: ['x*']                     | CHECKED | axxb            | ****a****b****",
        "blocked_values: ['é~𝄞']                    | CHECKED | é𝄞ü             | ********ü",
        "blocked_values: ['\\bb']                   | CHECKED | ab b            | ab ****",
        "blocked_values: ['b']                      | MASKED  | abc             | ****",
        "blocked_values: ['b']                      | MASKED  | ''              | ****",
        "{hash_function: md5}                       | MASKED  | abc | 900150983cd24fb0d6963f7d28e17f72",
        "{hash_function: SHA1}                      | MASKED  | abc | a9993e364706816aba3e25717850c26c9cd0d89d",
        "{hash_function: sha3}                      | MASKED  | abc |"
            + " 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        "{hash_function: md5, blocked_values: [b+]} | CHECKED | abba | a21ad0bd836b90d08f4cf640b4c298e7ca",
      })
  void aValueIsMasked(String settings, KeyRule rule, String before, String after) {
    String text = settings.startsWith("{") ? settings : "{" + settings + "}";
    Redaction redaction =
        redaction(text.replace('~', '|').replaceFirst("\\{", "{allow_all_keys: true, "));
    assertThat(redaction.masked(rule, before)).isEqualTo(after);
  }

  @Test
  void aMaskedValueKeepsItsLines_asInTheCollector() {
    assertThat(redaction("{}").masked(KeyRule.MASKED, "a\nb\n")).isEqualTo("****\n****\n****");
  }

  /** Values by {@code openssl dgst -hmac}. */
  @Test
  void aKeyedHashNeedsItsKey() {
    String key = "hmac_key: '" + LONG_KEY + "'";
    assertThat(redaction("{hash_function: hmac-sha256, " + key + "}").masked(KeyRule.MASKED, "abc"))
        .isEqualTo(HMAC_256);
    assertThat(redaction("{hash_function: hmac-sha512, " + key + "}").masked(KeyRule.MASKED, "abc"))
        .isEqualTo(HMAC_512);
  }

  @Test
  void aTextDoesNotGrowWithoutBound() {
    Redaction redaction =
        redaction("{hash_function: sha3, blocked_values: ['.'], redact_names: true}");
    assertThatThrownBy(() -> redaction.masked(KeyRule.CHECKED, "x".repeat(1 << 20)))
        .isInstanceOf(TooLongException.class)
        .hasMessage("a text of more than 16777216 chars when masked");
    assertThat(redaction.masked(KeyRule.MASKED, "x".repeat(1 << 20))).hasSize(64);
  }

  @Test
  void anAllowedValueStays_andNamesAreMaskedWhereAskedFor() {
    Redaction redaction =
        redaction("{blocked_values: ['[0-9]+'], allowed_values: ['^ok'], redact_names: true}");
    assertThat(redaction.isAllowed("ok 1")).isTrue();
    assertThat(redaction.isAllowed("not ok 1")).isFalse();
    assertThat(redaction.examinesNames()).isTrue();
    assertThat(redaction.name("GET /users/17")).isEqualTo("GET /users/****");
    assertThat(redaction.name("ok 17")).isEqualTo("ok 17");
    assertThat(redaction("{blocked_values: ['[0-9]+']}").examinesNames()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{blocked_values: [x]}                        | MASKED  | true",
        "{blocked_values: [x]}                        | CHECKED | true",
        "{blocked_values: [x]}                        | IGNORED | false",
        "{blocked_values: [x]}                        | REMOVED | false",
        "{blocked_key_patterns: [x]}                  | CHECKED | false",
        "{allowed_values: [x]}                        | CHECKED | false",
        "{allowed_values: [x], summary: info}         | CHECKED | true",
      })
  void aValueIsNotLookedAtForNothing(String settings, KeyRule rule, boolean examined) {
    assertThat(redaction(settings).examines(rule)).isEqualTo(examined);
  }

  @Test
  void theSummaryAddsToThatOfAnEarlierRedaction() {
    RedactionSummary summary = redaction("{summary: debug}").newSummary();
    for (String key : List.of("b", "a")) {
      summary.removed(key);
      summary.masked(key);
    }
    summary.ignored("i");
    Map<String, Object> present = new HashMap<>();
    present.put("redaction.redacted.keys", "c,B");
    present.put("redaction.redacted.count", 2L);
    present.put("redaction.masked.keys", 7L);
    present.put("redaction.masked.count", "no number");

    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("redaction.redacted.keys", "B,a,b,c");
    expected.put("redaction.redacted.count", 4L);
    expected.put("redaction.masked.keys", "a,b");
    expected.put("redaction.masked.count", 2L);
    expected.put("redaction.ignored.count", 1L);
    assertThat(summary.attributes(present::get)).containsExactlyEntriesOf(expected);
    summary.clear();
    assertThat(summary.isEmpty()).isTrue();
  }

  @Test
  void theSummaryTellsWhatItIsAskedFor() {
    RedactionSummary counts = redaction("{summary: info}").newSummary();
    counts.allowed("a");
    assertThat(counts.attributes(key -> null)).isEqualTo(Map.of("redaction.allowed.count", 1L));
    RedactionSummary silent = redaction("{}").newSummary();
    silent.allowed("a");
    assertThat(silent.isEmpty()).isTrue();
  }

  @Test
  void theTextOfAValueIsThatOfTheCollector() {
    Map<String, Object> map = new HashMap<>();
    map.put("z", "<&>\u2028\u0001\"");
    map.put("a", Arrays.asList(1L, null, true, 1e-7, new byte[] {1, 2}, List.of(), Map.of()));
    assertThat(ValueText.of(map))
        .isEqualTo("{\"a\":[1,null,true,1e-7,\"AQI=\",[],{}],\"z\":\"<&>\\u2028\\u0001\\\"\"}");
    assertThat(ValueText.of(null)).isEmpty();
    assertThat(ValueText.of(1e21)).isEqualTo("1e+21");
    assertThat(ValueText.of(0.5)).isEqualTo("0.5");
    assertThat(ValueText.of(Double.NaN)).isEqualTo("NaN");
    assertThat(ValueText.of(List.of(Double.NEGATIVE_INFINITY, "4111")))
        .isEqualTo("[-Infinity,\"4111\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "blocked_values: ['(']           | redaction.blocked_values[0]: \"(\" (expected: an RE2",
        "blocked_key_patterns: ['']      | redaction.blocked_key_patterns[0]: \"\" (expected: a string",
        "blocked_values: ['((a{999}){999}){9}'] | (expected: a simpler regular expression",
        "hash_function: sha256           | (expected: one of md5, sha1, sha3, hmac-sha256, hmac-sha512",
        "hash_function: hmac-sha256      | (expected: hmac_key with at least 32 bytes, it has 0",
        "summary: all                    | redaction.summary: \"all\" (expected: one of debug, info, silent",
        "allow_all_key: true             | did you mean allow_all_keys?",
        "url_sanitizer: {enabled: true}  | redaction.url_sanitizer.enabled: true (expected: false",
        "db_sanitizer: {sql: {enabled: true}} | redaction.db_sanitizer.sql.enabled: true (expected: false",
        "allowed_keys: [1]               | redaction.allowed_keys[0]: 1 (expected: a string",
      })
  void aFaultTellsWhatIsExpected(String setting, String message) {
    assertThat(faults(POLICIES + "redaction: {" + setting + "}"))
        .singleElement()
        .asString()
        .contains(message);
  }

  @Test
  void aFaultDoesNotShowTheSecret() {
    String document = "redaction: {hash_function: hmac-sha512, hmac_key: 1234567890}";
    assertThat(faults(POLICIES + document))
        .singleElement()
        .asString()
        .contains("it has 10")
        .doesNotContain("1234567890");
  }

  @Test
  void sanitizersThatAreOffAreAccepted() {
    redaction("{db_sanitizer: {sql: {enabled: false, attributes: [a]}}, url_sanitizer: {}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policies: [{name: all, type: always_sample}]\nredaction/x: {allowed_keys: [a]}",
        "tail_sampling: {policies: [{name: all, type: always_sample}]}\n"
            + "redaction/x: {allowed_keys: [a]}",
        "redaction/x: {allowed_keys: [a]}\n"
            + "processors: {tail_sampling: {policies: [{name: all, type: always_sample}]}}",
        "processors: {redaction/x: {allowed_keys: [a]}, batch: {}, tail_sampling: {policies:"
            + " [{name: all, type: always_sample}]}}\nservice: {telemetry: {}}",
        "redaction/x: {allowed_keys: [a]}\n"
            + "rules: [{name: all, sampler: {type: always_sample}}]",
      })
  void aBlockMayStandInAndBesideTheSamplingBlock(String document) {
    ExportRules rules = parsed(document).exportRules();
    assertThat(rules.redactions()).extracting(Redaction::name).containsExactly("redaction/x");
    assertThat(rules.redactions().get(0).of("b")).isEqualTo(KeyRule.REMOVED);
  }

  @Test
  void aBlockWithoutContentRemovesAll_asInTheCollector() {
    ExportRules rules = parsed(POLICIES + "redaction:\n").exportRules();
    assertThat(rules.redactions().get(0).of("a")).isEqualTo(KeyRule.REMOVED);
    assertThat(parsed(POLICIES).exportRules()).isEqualTo(ExportRules.NONE);
  }

  @Test
  void pipelinesSayWhichBlocksApply_andInWhichOrder() {
    String processors =
        "processors: {redaction/a: {}, redaction/b: {}, redaction/c: {}, tail_sampling: {policies:"
            + " [{name: all, type: always_sample}]}}\n";
    PolicySet set =
        parsed(
            processors
                + "service: {pipelines: {logs: {processors: [redaction/a]},"
                + " traces/1: {processors: [redaction/c, tail_sampling]},"
                + " traces: {processors: [redaction/b, redaction/c]}}}");
    assertThat(set.exportRules().redactions())
        .extracting(Redaction::name)
        .containsExactly("redaction/c", "redaction/b");
    assertThat(set.warnings())
        .singleElement()
        .asString()
        .contains("redaction/a", "not used, as no pipeline for traces has it");
    assertThat(
            faults(
                processors + "service: {pipelines: {traces: {processors: '${env:PROCESSORS}'}}}"))
        .singleElement()
        .asString()
        .contains("no environment references");
  }

  @Test
  void aBlockThatCannotBeMistakenIsRefused() {
    String redactions = "redaction: {}\nprocessors: {redaction: {}, tail_sampling: {";
    assertThat(faults(redactions + POLICIES.strip() + "}}"))
        .singleElement()
        .asString()
        .contains("a unique name, redaction has the same");
    assertThat(faults("tail_sampling: {redaction: {}, " + POLICIES.strip() + "}"))
        .singleElement()
        .asString()
        .contains("tail_sampling.redaction", "a known key");
  }

  @Test
  void theSummaryOfADocumentTellsOfRedaction() {
    PolicySet set =
        parsed(
            POLICIES
                + "redaction: {allowed_keys: [service.name, a], blocked_values: ['4[0-9]+'],"
                + " blocked_key_patterns: [token], ignored_keys: [b], allowed_values: [ok],"
                + " redact_names: true, hash_function: sha1}\n"
                + "redaction/all: {}");
    assertThat(set.summary())
        .endsWith(
            "Redacted on export by redaction: attributes other than \"service.name\" or \"a\" are"
                + " removed; a value is replaced by its sha1 hash if its key matches \"token\";"
                + " text in values, names and status messages that matches \"4[0-9]+\" is replaced"
                + " by its sha1 hash; except values that match \"ok\"; except keys \"b\".",
            "Redacted on export by redaction/all: all attributes are removed.");
    assertThat(set.lint())
        .anySatisfy(line -> assertThat(line).startsWith("redaction/all: removes service.name"))
        .noneSatisfy(line -> assertThat(line).startsWith("redaction: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"## Filters", "## Redaction"})
  void theExampleOfTheGuideSaysWhatTheGuideSays(String section) throws IOException {
    String guide = Files.readString(Path.of("../docs/leaving.md"));
    int start = guide.indexOf("```yaml", guide.indexOf(section)) + 7;
    String example = guide.substring(start, guide.indexOf("```\n\n", start));
    List<String> summary = parsed(example).exportRules().summary();
    assertThat(guide.replaceAll("\\s+", " ")).contains(summary.get(0));
    assertThat(parsed(example).lint()).isEmpty();
    assertThat(parsed(example).warnings()).isEmpty();
  }

  @Test
  void aShadowSetDoesNotRedact() {
    PolicySet redacting = parsed(POLICIES + "redaction: {}");
    PolicySet plain = parsed(POLICIES);
    assertThat(plain.withShadow(redacting).exportRules()).isEqualTo(ExportRules.NONE);
    assertThat(redacting.withShadow(plain).exportRules()).isEqualTo(redacting.exportRules());
  }

  private static Redaction redaction(String settings) {
    return parsed(
            POLICIES + "redaction: " + (settings.startsWith("{") ? settings : "{" + settings + "}"))
        .exportRules()
        .redactions()
        .get(0);
  }

  private static PolicySet parsed(String document) {
    assertThat(faults(document)).as("faults of %s", document).isEmpty();
    return PolicySet.parse(document).get();
  }

  private static List<String> faults(String document) {
    return PolicySet.parse(document)
        .fold(faults -> faults.map(Fault::message).toJavaList(), set -> List.of());
  }

  private static final String HMAC_256 =
      "ae0c0e4a2340cf50185eb46aaa8723f4769153661612e212fb0d1fa3170c6202";
  private static final String HMAC_512 =
      "22be598dd2e4425a27eaf71925dc97ec2feb2274e363300211c16d741451004d"
          + "6888b3234fefe88410b1d50e645f6661ec931978fa3399d9c7fdf0aa905b9ac3";
}
