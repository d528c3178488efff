package io.etibar.persistence.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers many small questions by few large ones. A question that comes while a worker is free goes
 * out at once and alone; those that come while all are busy wait and go out together. So there is
 * no timer to tune: batches are as large as the load makes them.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
final class Batcher<Q, A> {

  /** Answers questions, in their order. */
  interface Answerer<Q, A> {
    List<A> answer(List<Q> questions) throws Exception;
  }

  private record Pending<Q, A>(Q question, CompletableFuture<A> answer) {}

  private final ConcurrentLinkedQueue<Pending<Q, A>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger free;
  private final Executor executor;
  private final int batchSize;
  private final Answerer<Q, A> answerer;

  /**
   * @param workers how many questions or batches are on their way at once
   */
  Batcher(Executor executor, int workers, int batchSize, Answerer<Q, A> answerer) {
    this.executor = executor;
    this.free = new AtomicInteger(workers);
    this.batchSize = batchSize;
    this.answerer = answerer;
  }

  CompletionStage<A> ask(Q question) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    queue.add(new Pending<>(question, answer));
    work();
    return answer;
  }

  /** Starts a worker if one is free. */
  private void work() {
    int now = free.get();
    while (now > 0) {
      if (free.compareAndSet(now, now - 1)) {
        try {
          executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
          free.incrementAndGet();
          fail(take(Integer.MAX_VALUE), e);
        }
        return;
      }
      now = free.get();
    }
  }

  private void drain() {
    try {
      List<Pending<Q, A>> batch = take(batchSize);
      while (!batch.isEmpty()) {
        answer(batch);
        batch = take(batchSize);
      }
    } finally {
      free.incrementAndGet();
    }
    // A question may have come after the last look and before this worker was free.
    if (!queue.isEmpty()) {
      work();
    }
  }

  private List<Pending<Q, A>> take(int limit) {
    List<Pending<Q, A>> batch = new ArrayList<>();
    while (batch.size() < limit) {
      Pending<Q, A> next = queue.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  private void answer(List<Pending<Q, A>> batch) {
    List<A> answers;
    try {
      answers = answerer.answer(batch.stream().map(Pending::question).toList());
    } catch (Exception | Error e) {
      fail(batch, e);
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer().complete(answers.get(i));
    }
  }

  private static <Q, A> void fail(List<Pending<Q, A>> batch, Throwable cause) {
    batch.forEach(pending -> pending.answer().completeExceptionally(cause));
  }
}
