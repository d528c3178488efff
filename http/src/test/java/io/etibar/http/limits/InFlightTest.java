package io.etibar.http.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static CompletableFuture<Void> line(InFlight inFlight) {
    return inFlight.admitLine().toCompletableFuture();
  }

  @Test
  void requestsAboveTheBoundAreNotAdmitted() {
    InFlight inFlight = new InFlight(2, 1);

    assertTrue(inFlight.tryAdmit());
    assertTrue(inFlight.tryAdmit());
    assertFalse(inFlight.tryAdmit());
    inFlight.release();
    assertTrue(inFlight.tryAdmit());
    assertEquals(2, inFlight.current());
  }

  @Test
  void linesWaitInOrderAndLeaveRoomForRequests() {
    InFlight inFlight = new InFlight(3, 2);
    CompletableFuture<Void> first = line(inFlight);
    CompletableFuture<Void> second = line(inFlight);
    CompletableFuture<Void> third = line(inFlight);
    CompletableFuture<Void> fourth = line(inFlight);

    assertTrue(first.isDone() && second.isDone());
    assertFalse(third.isDone());
    assertTrue(inFlight.tryAdmit());
    assertFalse(inFlight.tryAdmit());
    inFlight.releaseLine();
    assertTrue(third.isDone());
    assertFalse(fourth.isDone());
    inFlight.releaseLine();
    inFlight.releaseLine();
    assertTrue(fourth.isDone());
    inFlight.releaseLine();
    inFlight.release();
    assertEquals(0, inFlight.current());
  }

  @Test
  void aRequestThatEndsLetsALineIn() {
    InFlight inFlight = new InFlight(1, 1);
    assertTrue(inFlight.tryAdmit());
    CompletableFuture<Void> waiting = line(inFlight);

    assertFalse(waiting.isDone());
    inFlight.release();
    assertTrue(waiting.isDone());
    assertFalse(inFlight.tryAdmit());
  }

  @Test
  void nothingIsLostWhenManyComeAtOnce() throws Exception {
    InFlight inFlight = new InFlight(8, 4);
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(4_000);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Runnable> work = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        work.add(
            () ->
                inFlight
                    .admitLine()
                    .thenRunAsync(
                        () -> {
                          most.accumulateAndGet(working.incrementAndGet(), Math::max);
                          working.decrementAndGet();
                          inFlight.releaseLine();
                          done.countDown();
                        },
                        threads));
        work.add(
            () -> {
              if (inFlight.tryAdmit()) {
                inFlight.release();
              }
              done.countDown();
            });
      }
      work.forEach(threads::execute);
      assertTrue(done.await(20, TimeUnit.SECONDS));
    }
    assertEquals(0, inFlight.current());
    assertTrue(most.get() <= 4, most::toString);
  }
}
