package io.etibar.http.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where a node's time went, read from a flight recording. */
final class Profile {
  private static final int TOP = 25;

  private Profile() {}

  /** A text with the most frequent threads, methods and places in the code. */
  static String of(Path recording) throws IOException {
    Map<String, Long> threads = new HashMap<>();
    Map<String, Long> methods = new HashMap<>();
    Map<String, Long> areas = new HashMap<>();
    Map<String, Long> places = new HashMap<>();
    Map<String, Long> allocated = new HashMap<>();
    double pausesMs = 0;
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        switch (event.getEventType().getName()) {
          case "jdk.ExecutionSample" -> {
            RecordedThread thread = event.getThread("sampledThread");
            String name = thread == null ? "?" : String.valueOf(thread.getJavaName());
            count(threads, name.replaceAll("[0-9]+", "#"), 1);
            if (event.getStackTrace() != null) {
              List<RecordedFrame> frames = event.getStackTrace().getFrames();
              count(methods, name(frames.getFirst()), 1);
              count(areas, area(frames), 1);
              count(places, first(frames, frame -> type(frame).startsWith("io.etibar.")), 1);
            }
          }
          case "jdk.ObjectAllocationSample" -> {
            if (event.getStackTrace() != null) {
              count(
                  allocated,
                  first(
                      event.getStackTrace().getFrames(),
                      frame ->
                          !type(frame).startsWith("java.") && !type(frame).startsWith("scala.")),
                  event.getLong("weight") >> 10);
            }
          }
          case "jdk.GCPhasePause" -> pausesMs += event.getDuration().toNanos() / 1e6;
          default -> {
            // Of no interest here.
          }
        }
      }
    }
    return "collector pauses: %.0f ms%n".formatted(pausesMs)
        + table("samples by thread", threads)
        + table("samples by area (the first library of the stack)", areas)
        + table("samples by method", methods)
        + table("samples by our own method nearest to the top", places)
        + table("KiB allocated by method", allocated);
  }

  private static void count(Map<String, Long> counts, String key, long by) {
    counts.merge(key, by, Long::sum);
  }

  private static String table(String title, Map<String, Long> counts) {
    long sum = counts.values().stream().mapToLong(Long::longValue).sum();
    return "\n%s (%d)%n".formatted(title, sum)
        + counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(TOP)
            .map(e -> "%6.1f %%  %s%n".formatted(100.0 * e.getValue() / sum, e.getKey()))
            .collect(Collectors.joining());
  }

  private static String first(List<RecordedFrame> frames, Function<RecordedFrame, Boolean> wanted) {
    return frames.stream().filter(wanted::apply).findFirst().map(Profile::name).orElse("(none)");
  }

  /** The package that the work belongs to: two or three names of it, past the JDK and Scala. */
  private static String area(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String type = type(frame);
      if (type.startsWith("java.") || type.startsWith("scala.") || type.startsWith("jdk.")) {
        continue;
      }
      String[] names = type.split("\\.", -1);
      int kept = Math.min(names.length - 1, type.startsWith("akka.") ? 3 : 4);
      return String.join(".", List.of(names).subList(0, Math.max(1, kept)));
    }
    return type(frames.getFirst());
  }

  private static String name(RecordedFrame frame) {
    return type(frame) + "." + frame.getMethod().getName();
  }

  private static String type(RecordedFrame frame) {
    return frame.getMethod().getType().getName();
  }
}
