package io.tailrace.topology.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final Access LOCAL = new Access("127.0.0.1", Optional.empty(), Optional.empty());

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:9095", "LOCALHOST", "127.0.0.1:9095", "127.8.8.8", "[::1]:9095"})
  void onLoopback_letsInWhoIsOnTheMachine(String host) {
    assertThat(LOCAL.toPage(headers("Host", host))).isEmpty();
    assertThat(LOCAL.toData(headers("Host", host))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:9095",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example:127.0.0.1",
        ""
      })
  void onLoopback_refusesNamesOfOthers_whichMayHaveBeenMadeToLeadHere(String host) {
    assertThat(LOCAL.toPage(headers("Host", host))).map(Access.Refusal::status).hasValue(403);
    assertThat(LOCAL.toData(headers("Host", host))).map(Access.Refusal::status).hasValue(403);
    assertThat(LOCAL.toPage(new Headers())).isPresent();
  }

  @Test
  void onLoopback_takesTheNameThatIsAdvertised() {
    Access access = new Access("127.0.0.1", Optional.of("tail.example"), Optional.empty());
    assertThat(access.toData(headers("Host", "tail.example:9095"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer 0123456789abcdef, true",
    "Bearer 0123456789abcdeF, false",
    "Bearer 0123456789abcde, false",
    "Bearer 0123456789abcdefg, false",
    "Basic 0123456789abcdef, false",
    "0123456789abcdef, false",
    "'', false"
  })
  void asksForTheToken_whereItIsSet(String authorization, boolean isLetIn) {
    Headers headers = headers("Host", "10.0.0.1", "Authorization", authorization);
    for (String host : new String[] {"0.0.0.0", "127.0.0.1"}) {
      Access access = new Access(host, Optional.of("10.0.0.1"), Optional.of(TOKEN));
      assertThat(access.toPage(headers)).as("holds no data").isEmpty();
      assertThat(access.toData(headers).isEmpty()).isEqualTo(isLetIn);
      assertThat(access.toVerdicts(headers).isEmpty()).isEqualTo(isLetIn);
    }
  }

  @Test
  void elsewhereThanOnLoopback_isShutWithoutAToken_butForVerdicts() {
    Access access = new Access("0.0.0.0", Optional.empty(), Optional.empty());
    assertThat(access.toPage(headers("Host", "localhost")))
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.status()).isEqualTo(403);
              assertThat(refusal.why()).contains("admin.token", "TAILRACE_ADMIN_TOKEN");
            });
    assertThat(access.toVerdicts(new Headers())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, http://127.0.0.1:9095, same-origin, 0",
    "application/json; charset=utf-8, , , 0",
    "application/json, https://127.0.0.1:9095, , 0",
    "text/plain, http://127.0.0.1:9095, same-origin, 415",
    ", , , 415",
    "application/json, http://127.0.0.1:9096, , 403",
    "application/json, http://evil.example, , 403",
    "application/json, null, , 403",
    "application/json, http://127.0.0.1:9095, cross-site, 403",
    "application/json, , same-site, 403"
  })
  void changesComeFromTheConsolesOwnPage(String type, String origin, String site, int status) {
    Headers headers = headers("Host", "127.0.0.1:9095");
    if (type != null) {
      headers.set("Content-Type", type);
    }
    if (origin != null) {
      headers.set("Origin", origin);
    }
    if (site != null) {
      headers.set("Sec-Fetch-Site", site);
    }
    assertThat(LOCAL.toChange(headers).map(Access.Refusal::status).orElse(0)).isEqualTo(status);
  }

  private static Headers headers(String... namesAndValues) {
    Headers headers = new Headers();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }
}
