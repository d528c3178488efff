package io.etibar.http.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The outcome for machines (summary.json), for eyes (report.html), and for a terminal. */
final class Report {
  private static final List<String> COLOURS = List.of("#2b6cb0", "#c05621", "#2f855a", "#805ad5");
  private static final double[] PERCENTILES = {
    0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99
  };

  private final Map<String, Object> machine;
  private final List<Outcome> outcomes;
  private final Map<String, Object> soak;

  /**
   * @param soak empty where none was asked for
   */
  Report(Map<String, Object> machine, List<Outcome> outcomes, Map<String, Object> soak) {
    this.machine = machine;
    this.outcomes = outcomes;
    this.soak = soak;
  }

  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<String, Object> json = new LinkedHashMap<>();
    outcomes.forEach(outcome -> json.put(outcome.name(), outcome.toJson()));
    if (!soak.isEmpty()) {
      json.put("soak", soak);
    }
    json.put("machine", machine);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(directory.resolve("summary.json").toFile(), json);
    Files.writeString(directory.resolve("report.html"), html());
  }

  String table() {
    var text = new StringBuilder();
    text.append(
        "%-10s%12s%12s%8s%8s%10s%10s%n"
            .formatted("", "per second", "floor", "ratio", "target", "p50 ms", "p99 ms"));
    for (Outcome o : outcomes) {
      text.append(
          "%-10s%,12.0f%,12.0f%8.2f%8.2f%10.1f%10.1f%n"
              .formatted(
                  o.name(),
                  o.perSecond(),
                  o.floorPerSecond(),
                  o.ratio(),
                  o.target(),
                  o.p50Ms(),
                  o.p99Ms()));
    }
    for (Outcome o : outcomes) {
      text.append("%n%s: latency %s; floor: %s%n".formatted(o.name(), o.latencyIs(), o.floorIs()));
      text.append(
          "  answers: %s, unsent: %d%n".formatted(o.latency().statuses(), o.latency().unsent()));
      o.latency()
          .samples()
          .forEach((s, sample) -> text.append("  first %d: %s%n".formatted(s, sample)));
      text.append("  a payment:");
      o.cost().forEach((name, value) -> text.append(" %s %.3f".formatted(name, value)));
      text.append('\n');
      if (o.floor() != null) {
        text.append("  floor by clients:");
        o.floor().byClients().forEach((n, rate) -> text.append(" %d: %,.0f".formatted(n, rate)));
        text.append('\n');
      }
    }
    if (!soak.isEmpty()) {
      text.append("%nsoak: %s%n".formatted(soak));
    }
    return text.toString();
  }

  private String html() {
    return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Etibar benchmark</title>
        <style>
          :root { color-scheme: light dark; }
          body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
          svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
          .axis { stroke: currentColor; stroke-opacity: .25; }
          td, th { padding: .15rem .8rem .15rem 0; text-align: right; } td:first-child, th:first-child { text-align: left; }
          pre { overflow-x: auto; font-size: 12px; }
        </style></head><body>
        <h1>Etibar benchmark</h1>
        <p>Each bar is a share of the floor, which was measured in the same run; the line across it is what it should reach.</p>
        %s
        <h2>Latency</h2>
        <p>From the time at which a request was to be sent.</p>
        %s
        <h2>Figures</h2>
        <pre>%s</pre>
        <h2>Machine</h2>
        <pre>%s</pre>
        </body></html>
        """
        .formatted(bars(), curves(), escaped(table()), escaped(machineText()));
  }

  private String machineText() {
    var text = new StringBuilder();
    machine.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  private String bars() {
    double scale =
        outcomes.stream().mapToDouble(o -> Math.max(o.ratio(), o.target())).max().orElse(1);
    var svg = new StringBuilder();
    int y = 10;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome o = outcomes.get(i);
      double width = 560 * o.ratio() / scale;
      double target = 100 + 560 * o.target() / scale;
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <text x="0" y="%d">%s</text>
              <rect x="100" y="%d" width="%.1f" height="24" fill="%s"><title>%.3f of %s</title></rect>
              <text x="%.1f" y="%d">%.2f · %.0f/s</text>
              <line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="currentColor" stroke-width="2"/>
              """,
              y + 17,
              escaped(o.name()),
              y,
              width,
              colour(i),
              o.ratio(),
              escaped(o.floorIs()),
              Math.max(100 + width, target) + 8,
              y + 17,
              o.ratio(),
              o.perSecond(),
              target,
              target,
              y - 4,
              y + 28));
      y += 44;
    }
    return String.format(
        Locale.ROOT,
        "<svg viewBox=\"0 0 800 %d\" role=\"img\" aria-label=\"Share of the floor\">%s</svg>",
        y,
        svg);
  }

  /** Percentiles to the right on a scale of nines, milliseconds upwards on a logarithmic one. */
  private String curves() {
    var svg = new StringBuilder();
    for (double ms : new double[] {1, 10, 100, 1000, 10_000}) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"axis\" x1=\"60\" x2=\"660\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"0\" y=\"%.1f\">%.0f ms</text>",
              y(ms),
              y(ms),
              y(ms) + 4,
              ms));
    }
    for (double percentile : new double[] {0, 90, 99, 99.9, 99.99}) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"20\" y2=\"300\"/><text x=\"%.1f\" y=\"318\">%s %%</text>",
              x(percentile),
              x(percentile),
              x(percentile) - 12,
              trimmed(percentile)));
    }
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome o = outcomes.get(i);
      var points = new StringBuilder();
      for (double percentile : PERCENTILES) {
        points.append(
            String.format(
                Locale.ROOT, "%.1f,%.1f ", x(percentile), y(o.latency().percentileMs(percentile))));
      }
      svg.append(
          String.format(
              Locale.ROOT,
              "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"670\" y=\"%d\" style=\"fill:%s\">%s</text>",
              points,
              colour(i),
              40 + 20 * i,
              colour(i),
              escaped(o.name())));
    }
    return String.format(
        Locale.ROOT,
        "<svg viewBox=\"0 0 800 330\" role=\"img\" aria-label=\"Latency by percentile\">%s</svg>",
        svg);
  }

  private static double x(double percentile) {
    double nines = -Math.log10(1 - Math.min(percentile, 99.99) / 100);
    return 60 + 150 * nines;
  }

  private static double y(double ms) {
    return 300 - 70 * Math.log10(Math.clamp(ms, 1, 10_000));
  }

  private static String trimmed(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String colour(int i) {
    return COLOURS.get(i % COLOURS.size());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
