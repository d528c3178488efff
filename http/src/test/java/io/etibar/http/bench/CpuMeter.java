package io.etibar.http.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much processor time a process has used, with all its children: from {@code /proc}, so on
 * Linux alone; elsewhere 0.
 */
final class CpuMeter {
  /** USER_HZ: what the kernel counts in for user space, on every architecture Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private CpuMeter() {}

  /** Seconds of the process and of its children, ended and live. */
  static double secondsOf(ProcessHandle process) {
    double sum = secondsOf(process.pid());
    for (ProcessHandle child : process.descendants().toList()) {
      sum += secondsOf(child.pid());
    }
    return sum;
  }

  /** Seconds of the process without its children that still run. */
  static double secondsOfAlone(ProcessHandle process) {
    return secondsOf(process.pid());
  }

  private static double secondsOf(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    try {
      if (!Files.exists(stat)) {
        return 0;
      }
      String text = Files.readString(stat);
      // The name, in parentheses, may hold spaces; utime is the 12th field after it.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int field = 11; field <= 14; field++) {
        ticks += Long.parseLong(fields[field]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      if (Files.exists(stat)) {
        throw new UncheckedIOException(e);
      }
      return 0;
    }
  }
}
