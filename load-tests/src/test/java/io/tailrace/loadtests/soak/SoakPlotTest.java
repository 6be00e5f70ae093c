package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SoakPlotTest {
  private static final SoakPlan PLAN = SoakPlan.of(Duration.ofMinutes(10), 5);

  @Test
  void drawsALineForEachProcess_andNamesWhatGrows() throws Exception {
    String svg = SoakPlot.of(List.of(growth("a", 0), growth("b", 1), growth("broker", 0)), PLAN);

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    NodeList lines = document.getElementsByTagName("polyline");
    assertThat(lines.getLength()).isEqualTo(3);
    String points = lines.item(0).getAttributes().getNamedItem("points").getNodeValue();
    assertThat(points.split(" ")).hasSize(61);
    assertThat(document.getDocumentElement().getTextContent())
        .contains("b: growth per hour 3600 (limit")
        .containsOnlyOnce("GROWS");
  }

  private static Growth growth(String process, double perSecond) {
    Series series = new Series(process, Figure.HEAP);
    for (double seconds = 0; seconds <= PLAN.end(); seconds += PLAN.sample()) {
      series.add(seconds, 50 + perSecond * seconds);
    }
    return Growth.of(series, PLAN);
  }
}
