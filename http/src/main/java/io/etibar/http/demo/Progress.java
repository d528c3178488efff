package io.etibar.http.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/**
 * What goes on, in one line: rewritten each second on a terminal, and written now and then
 * elsewhere, where a line a second would fill a file.
 */
final class Progress {
  /** A little less than a second, lest a glance be missed. */
  private static final Duration GLANCE = Duration.ofMillis(900);

  private static final Duration SPARSE = Duration.ofSeconds(30);

  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long lastShown = start - SPARSE.toNanos();
  private long lastLine = lastShown;
  private int width;
  private boolean open;
  private volatile boolean stopped;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether standard output is a terminal, and one that can go back to the start of a line. */
  static boolean isTerminal() {
    String kind = System.getenv("TERM");
    if (kind == null || kind.equals("dumb")) {
      return false;
    }
    try {
      // Java tells of a console from release 22 on; every shell's own question is older.
      return new ProcessBuilder("test", "-t", "1").inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A line that stays. */
  synchronized void say(String text) {
    endLine();
    out.println(text);
  }

  /** The last figures have been shown: none will follow this line. */
  synchronized void stop(String text) {
    stopped = true;
    say(text);
  }

  boolean isStopped() {
    return stopped;
  }

  /** The line of figures. */
  synchronized void show(String figures) {
    long now = System.nanoTime();
    if (stopped || now - lastShown < GLANCE.toNanos()) {
      return;
    }
    lastShown = now;
    String line = clock(now) + "  " + figures;
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      out.flush();
      width = line.length();
      open = true;
    } else if (now - lastLine >= SPARSE.toNanos()) {
      out.println(line);
      lastLine = now;
    }
  }

  private void endLine() {
    if (open) {
      out.println();
      open = false;
      width = 0;
    }
  }

  private String clock(long now) {
    Duration since = Duration.ofNanos(now - start);
    return "%d:%02d:%02d".formatted(since.toHours(), since.toMinutesPart(), since.toSecondsPart());
  }
}
