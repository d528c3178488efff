package io.etibar.http.limits;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How much is being worked on at this node. A request is admitted at once or not at all; a line of
 * a bulk stream waits for its turn, and so holds its stream back. Lines get a part of the room at
 * most, so that streams never shut single requests out.
 */
public final class InFlight {
  private static final CompletionStage<Void> AT_ONCE = CompletableFuture.completedStage(null);

  private final int limit;
  private final int lineLimit;
  private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private int total;
  private int lines;

  /**
   * @param limit of requests and lines together
   * @param lineLimit of lines
   */
  public InFlight(int limit, int lineLimit) {
    this.limit = limit;
    this.lineLimit = Math.min(limit, lineLimit);
  }

  /** Admits a request, if there is room. Each one that is admitted is released once. */
  public synchronized boolean tryAdmit() {
    if (total >= limit) {
      return false;
    }
    total++;
    return true;
  }

  /** A request is answered. */
  public void release() {
    next(false);
  }

  /** Completes when a line is admitted. Each one is released once. */
  public synchronized CompletionStage<Void> admitLine() {
    if (total < limit && lines < lineLimit) {
      total++;
      lines++;
      return AT_ONCE;
    }
    CompletableFuture<Void> turn = new CompletableFuture<>();
    waiting.add(turn);
    return turn;
  }

  /** A line is answered. */
  public void releaseLine() {
    next(true);
  }

  private void next(boolean line) {
    CompletableFuture<Void> turn = free(line);
    if (turn != null) {
      // Outside of the lock: what the line does next runs here.
      turn.complete(null);
    }
  }

  private synchronized @Nullable CompletableFuture<Void> free(boolean line) {
    total--;
    if (line) {
      lines--;
    }
    if (waiting.isEmpty() || total >= limit || lines >= lineLimit) {
      return null;
    }
    total++;
    lines++;
    return waiting.remove();
  }

  /** How many requests and lines are being worked on. */
  public synchronized int current() {
    return total;
  }
}
