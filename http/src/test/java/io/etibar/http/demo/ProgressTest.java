package io.etibar.http.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void onATerminalOneLineIsRewrittenUntilSomethingIsSaid() {
    Progress progress = new Progress(out, true, nanos::get);

    seconds(progress, 60);
    assertEquals(-1, text().indexOf('\n'), text());
    assertEquals(60, text().chars().filter(c -> c == '\r').count());
    assertTrue(text().contains("\r\u001b[?7l0:00:59  59 figures\u001b[K\u001b[?7h"), text());

    progress.say("Something");
    assertTrue(text().endsWith("7h\nSomething\n"), text());
  }

  @Test
  void elsewhereALineIsWrittenNowAndThen() {
    Progress progress = new Progress(out, false, nanos::get);

    seconds(progress, 61);
    assertEquals("0:00:00  0 figures\n0:00:30  30 figures\n0:01:00  60 figures\n", text());
  }

  @Test
  void nothingFollowsTheEnd() {
    Progress progress = new Progress(out, true, nanos::get);

    progress.stop("Stopping");
    seconds(progress, 3);
    assertEquals("Stopping\n", text());
    assertTrue(progress.isStopped());
    assertFalse(text().contains("\r"));
  }

  @Test
  void theFiguresOfAnOrdinaryDayFitIntoEightyColumns() {
    String line = Demo.line(new Traffic.Figures(172_800, 1_300_000_099, 0, 0, 3.14, 12.3));

    assertEquals("172,800 paid  AZN 13,000,000  p50 3.1 p99 12 ms  0 refused  0 failed", line);
    assertTrue("23:59:59  ".length() + line.length() < 80, line);
  }

  private void seconds(Progress progress, int count) {
    for (int i = 0; i < count; i++) {
      progress.show(i + " figures");
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
