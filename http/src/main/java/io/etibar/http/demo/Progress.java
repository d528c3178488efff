package io.etibar.http.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What goes on, in one line: rewritten each second on a terminal, and written now and then
 * elsewhere, where a line a second would fill a file.
 *
 * <p>On a terminal the line is cut off at the edge, however narrow it is or becomes: one that went
 * on in the next row could not be gone back to.
 */
final class Progress {
  /** A little less than a second, lest a glance be missed. */
  private static final Duration GLANCE = Duration.ofMillis(900);

  private static final Duration SPARSE = Duration.ofSeconds(30);

  /**
   * Back to the start, and no further than to the edge (DECAWM, as every terminal since has it).
   */
  private static final String BEGIN = "\r\u001b[?7l";

  /** Clears what the line before had more, and wraps again. */
  private static final String END = "\u001b[K\u001b[?7h";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final long start;
  private long lastShown;
  private long lastLine;
  private boolean open;
  private volatile boolean stopped;

  Progress(PrintStream out, boolean terminal) {
    this(out, terminal, System::nanoTime);
  }

  Progress(PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.lastShown = start - SPARSE.toNanos();
    this.lastLine = lastShown;
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
    long now = nanoTime.getAsLong();
    if (stopped || now - lastShown < GLANCE.toNanos()) {
      return;
    }
    lastShown = now;
    String line = clock(now) + "  " + figures;
    if (terminal) {
      out.print(BEGIN + line + END);
      out.flush();
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
    }
  }

  private String clock(long now) {
    Duration since = Duration.ofNanos(now - start);
    return "%d:%02d:%02d".formatted(since.toHours(), since.toMinutesPart(), since.toSecondsPart());
  }
}
