package io.etibar.core.payment;

import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BANK_B;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.OTHER_BILL;
import static io.etibar.core.testing.Samples.PAYMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.etibar.core.payment.OpenReservations.Open;
import io.etibar.core.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time passes only when a test says so, and each step is awaited before the next. */
class ReconcilerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration NEARLY = INTERVAL.minusMillis(1);
  private static final PaymentId OTHER_PAYMENT = PaymentId.of(BANK_B, new IdempotencyKey("key-2"));
  private static final PaymentId NOWHERE = PaymentId.of(BANK_B, new IdempotencyKey("key-3"));
  private static final Open OPEN = new Open(BILL, PAYMENT, BANK_A);
  private static final Open OTHER_OPEN = new Open(OTHER_BILL, OTHER_PAYMENT, BANK_B);

  /** What the reconciler asked of the read model. */
  private record Asked(Instant before, int limit) {}

  private static ActorTestKit testKit;
  private static ManualTime time;

  private final SettableClock clock = new SettableClock(NOW);
  private volatile Supplier<CompletionStage<List<Open>>> listing = listed();
  private final TestInbox<Asked> asked = TestInbox.create();
  private final TestInbox<Payment.Command> payment = TestInbox.create();
  private final TestInbox<Payment.Command> otherPayment = TestInbox.create();
  private TestProbe<String> steps;
  private ActorRef<Reconciler.Command> reconciler;

  @BeforeAll
  static void start() {
    testKit =
        ActorTestKit.create(
            ManualTime.config()
                .withFallback(ConfigFactory.parseString("akka.loglevel = INFO"))
                .withFallback(ConfigFactory.load()));
    time = ManualTime.get(testKit.system());
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void spawn() {
    steps = testKit.createTestProbe();
    Map<PaymentId, RecipientRef<Payment.Command>> payments =
        Map.of(PAYMENT, payment.getRef(), OTHER_PAYMENT, otherPayment.getRef());
    OpenReservations reservations =
        (before, limit) -> {
          asked.getRef().tell(new Asked(before, limit));
          return listing.get();
        };
    reconciler =
        testKit.spawn(
            announced(
                Reconciler.create(
                    reservations,
                    id -> {
                      RecipientRef<Payment.Command> found = payments.get(id);
                      if (found == null) {
                        throw new IllegalStateException("no way to " + id);
                      }
                      return found;
                    },
                    clock,
                    PATIENCE,
                    INTERVAL)));
    steps.expectMessage("started");
  }

  @AfterEach
  void end() {
    testKit.stop(reconciler);
  }

  @Test
  void asksThePaymentOfEachReservationThatIsOpenTooLong() {
    listing = listed(OPEN, OTHER_OPEN);

    look();

    assertEquals(List.of(new Asked(NOW.minus(PATIENCE), Reconciler.BATCH)), asked.getAllReceived());
    payment.expectMessage(new Payment.Reconcile(BILL, BANK_A));
    otherPayment.expectMessage(new Payment.Reconcile(OTHER_BILL, BANK_B));
    assertNothingMore();
  }

  @Test
  void asksAgainWhileItStaysOpen() {
    listing = listed(OPEN);
    look();
    clock.pass(INTERVAL);
    look();
    listing = listed();
    clock.pass(INTERVAL);
    look();

    assertEquals(
        List.of(NOW, NOW.plus(INTERVAL), NOW.plus(INTERVAL.multipliedBy(2))),
        asked.getAllReceived().stream().map(question -> question.before().plus(PATIENCE)).toList());
    payment.expectMessage(new Payment.Reconcile(BILL, BANK_A));
    payment.expectMessage(new Payment.Reconcile(BILL, BANK_A));
    assertNothingMore();
  }

  @Test
  void asksAllThatWereListedAtOnce() {
    List<Open> many =
        IntStream.range(0, Reconciler.BATCH).mapToObj(i -> i % 2 == 0 ? OPEN : OTHER_OPEN).toList();
    listing = listed(many.toArray(Open[]::new));

    look();

    assertEquals(Reconciler.BATCH / 2, payment.getAllReceived().size());
    assertEquals(Reconciler.BATCH / 2, otherPayment.getAllReceived().size());
  }

  @Test
  void looksWhenTheIntervalIsOverAndNotBefore() {
    for (int i = 0; i < 3; i++) {
      time.timePasses(NEARLY);
      assertEquals(List.of(), asked.getAllReceived());
      time.timePasses(Duration.ofMillis(1));
      steps.expectMessage("Tick");
      steps.expectMessage("Listed");
      assertEquals(1, asked.getAllReceived().size());
    }
  }

  /** The interval begins when the answer is there: a slow database is not asked any faster. */
  @Test
  void doesNotLookWhileALookIsInProgress() {
    CompletableFuture<List<Open>> slow = new CompletableFuture<>();
    listing = () -> slow;
    time.timePasses(INTERVAL);
    steps.expectMessage("Tick");
    time.timePasses(INTERVAL.multipliedBy(10));
    assertEquals(1, asked.getAllReceived().size());
    assertNothingMore();

    listing = listed();
    slow.complete(List.of(OPEN));
    steps.expectMessage("Listed");
    payment.expectMessage(new Payment.Reconcile(BILL, BANK_A));
    time.timePasses(NEARLY);
    assertEquals(List.of(), asked.getAllReceived());
    time.timePasses(Duration.ofMillis(1));
    steps.expectMessage("Tick");
    assertEquals(1, asked.getAllReceived().size());
  }

  @Test
  void goesOnAfterAListingThatFailedLater() {
    survives(() -> CompletableFuture.failedStage(new IllegalStateException("away")));
  }

  @Test
  void goesOnAfterAListingThatFailedAtOnce() {
    survives(
        () -> {
          throw new IllegalStateException("away");
        });
  }

  private void survives(Supplier<CompletionStage<List<Open>>> failure) {
    // Said once an outage, however long it takes.
    LoggingTestKit.warn("Open reservations cannot be listed: java.lang.IllegalStateException: away")
        .withLoggerName(Reconciler.class.getName())
        .withOccurrences(2)
        .expect(
            testKit.system(),
            () -> {
              for (int outage = 0; outage < 2; outage++) {
                listing = failure;
                for (int i = 0; i < 3; i++) {
                  time.timePasses(INTERVAL);
                  steps.expectMessage("Tick");
                  steps.expectMessage("ListingFailed");
                }
                assertNothingMore();
                listing = listed(OPEN);
                look();
                assertEquals(
                    List.of(new Payment.Reconcile(BILL, BANK_A)), payment.getAllReceived());
              }
              return 0;
            });
    assertEquals(8, asked.getAllReceived().size());
  }

  /** Nobody would start a singleton that has stopped, before its node leaves. */
  @Test
  void isStartedAgainWhenItFailsItself() {
    listing = listed(new Open(BILL, NOWHERE, BANK_B));
    LoggingTestKit.error(IllegalStateException.class)
        .withOccurrences(1)
        .expect(
            testKit.system(),
            () -> {
              look();
              return 0;
            });
    assertEquals(1, asked.getAllReceived().size());

    listing = listed(OPEN);
    time.timePasses(NEARLY);
    assertEquals(List.of(), asked.getAllReceived());
    time.timePasses(Duration.ofMillis(1));
    steps.expectMessage("Tick");
    steps.expectMessage("Listed");
    payment.expectMessage(new Payment.Reconcile(BILL, BANK_A));
  }

  /** Lets one interval pass, and waits until the reconciler has done all that it does then. */
  private void look() {
    time.timePasses(INTERVAL);
    steps.expectMessage("Tick");
    steps.expectMessage("Listed");
  }

  private static Supplier<CompletionStage<List<Open>>> listed(Open... open) {
    return () -> CompletableFuture.completedStage(List.of(open));
  }

  private void assertNothingMore() {
    assertEquals(List.of(), payment.getAllReceived());
    assertEquals(List.of(), otherPayment.getAllReceived());
  }

  /** The same, and it tells {@link #steps} of each step that it has finished. */
  private Behavior<Reconciler.Command> announced(Behavior<Reconciler.Command> behavior) {
    return Behaviors.intercept(
        () ->
            new BehaviorInterceptor<>(Reconciler.Command.class) {
              @Override
              public Behavior<Reconciler.Command> aroundStart(
                  TypedActorContext<Reconciler.Command> context,
                  PreStartTarget<Reconciler.Command> target) {
                Behavior<Reconciler.Command> next = target.start(context);
                steps.ref().tell("started");
                return next;
              }

              @Override
              public Behavior<Reconciler.Command> aroundReceive(
                  TypedActorContext<Reconciler.Command> context,
                  Reconciler.Command command,
                  ReceiveTarget<Reconciler.Command> target) {
                Behavior<Reconciler.Command> next = target.apply(context, command);
                steps.ref().tell(command.getClass().getSimpleName());
                return next;
              }
            },
        behavior);
  }
}
