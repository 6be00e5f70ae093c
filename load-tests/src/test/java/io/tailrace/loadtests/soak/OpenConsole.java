package io.tailrace.loadtests.soak;

import io.tailrace.loadtests.EngineProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The requests of an open page of the console, all its views at once, at the page's intervals. */
final class OpenConsole {
  private static final Map<Integer, List<String>> API_BY_SECONDS =
      Map.of(
          2, List.of("budgets", "burns"),
          4, List.of("verdicts"),
          5, List.of("fleet", "operations?q=&sort=calls&limit=100"),
          10, List.of("status"),
          30, List.of("policies"));
  private static final int RELOADED_AFTER_SECONDS = 60;
  private static final List<String> FILES = List.of("/", "/main.js", "/api.js", "/console.css");

  private final AdminClient admin;

  OpenConsole(EngineProcess engine) {
    admin = new AdminClient(engine.adminPort());
  }

  void start(Tasks tasks) {
    API_BY_SECONDS.forEach(
        (seconds, paths) ->
            tasks.every(
                seconds,
                () -> {
                  for (String path : paths) {
                    admin.api(path);
                  }
                }));
    tasks.every(RELOADED_AFTER_SECONDS, this::load);
  }

  private void load() throws IOException, InterruptedException {
    for (String file : FILES) {
      admin.get(file);
    }
  }
}
