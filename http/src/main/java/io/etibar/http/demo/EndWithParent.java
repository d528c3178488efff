package io.etibar.http.demo;

import java.time.Duration;

/**
 * Ends this process when the one that started it is gone, however it went: a build tool that is
 * killed outright passes no signal on.
 */
public final class EndWithParent {
  private static final Duration GLANCE = Duration.ofMillis(500);

  private EndWithParent() {}

  /** Watches from now on. The process ends as if it had been interrupted. */
  public static void watch() {
    ProcessHandle.current()
        .parent()
        .ifPresent(
            parent -> Thread.ofPlatform().daemon().name("parent-watch").start(() -> await(parent)));
  }

  private static void await(ProcessHandle parent) {
    try {
      while (parent.isAlive()) {
        Thread.sleep(GLANCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    System.exit(130);
  }
}
