package io.etibar.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatcherTest {
  private final ExecutorService executor = Executors.newFixedThreadPool(3);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void everyQuestionGetsItsOwnAnswerInFewBatches() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    AtomicInteger largest = new AtomicInteger();
    Batcher<Integer, String> batcher =
        new Batcher<>(
            executor,
            2,
            50,
            questions -> {
              batches.incrementAndGet();
              largest.accumulateAndGet(questions.size(), Math::max);
              return questions.stream().map(String::valueOf).toList();
            });
    List<Thread> askers = new ArrayList<>();
    List<List<CompletableFuture<String>>> answers = new ArrayList<>();
    for (int asker = 0; asker < 4; asker++) {
      List<CompletableFuture<String>> own = new ArrayList<>();
      answers.add(own);
      askers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 5_000; i++) {
                      own.add(batcher.ask(i).toCompletableFuture());
                    }
                  }));
    }
    for (Thread asker : askers) {
      asker.join();
    }
    for (List<CompletableFuture<String>> own : answers) {
      for (int i = 0; i < own.size(); i++) {
        assertEquals(String.valueOf(i), own.get(i).get(10, TimeUnit.SECONDS));
      }
    }
    assertTrue(largest.get() <= 50, largest + " in a batch");
    assertTrue(batches.get() < 20_000, batches + " batches");
  }

  @Test
  void aFailureIsOfItsBatchAlone() throws Exception {
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            executor,
            1,
            1,
            questions -> {
              if (questions.contains(13)) {
                throw new IllegalStateException("unlucky");
              }
              return questions;
            });
    var before = batcher.ask(12).toCompletableFuture();
    var unlucky = batcher.ask(13).toCompletableFuture();
    var after = batcher.ask(14).toCompletableFuture();
    assertEquals(12, before.get(10, TimeUnit.SECONDS));
    assertThrows(ExecutionException.class, () -> unlucky.get(10, TimeUnit.SECONDS));
    assertEquals(14, after.get(10, TimeUnit.SECONDS));
  }

  @Test
  void nobodyWaitsForAnExecutorThatHasEnded() {
    executor.shutdownNow();
    Batcher<Integer, Integer> batcher = new Batcher<>(executor, 1, 10, questions -> questions);
    var answer = batcher.ask(1).toCompletableFuture();
    assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
  }
}
