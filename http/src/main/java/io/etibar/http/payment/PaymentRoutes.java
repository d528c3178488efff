package io.etibar.http.payment;

import static akka.http.javadsl.server.PathMatchers.segment;
import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import io.etibar.core.Page;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerCatalogue;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.IdempotencyKey;
import io.etibar.core.payment.Instruction;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.payment.PaymentId;
import io.etibar.core.payment.ReturnId;
import io.etibar.core.payment.ReturnReason;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Directory;
import io.etibar.http.entity.Shards;
import io.etibar.http.json.Answers;
import io.etibar.http.json.Bodies;
import io.etibar.http.json.Fields;
import io.etibar.http.json.Pages;
import io.etibar.http.json.Parameters;
import io.etibar.http.problem.ProblemException;
import io.etibar.http.security.Caller;
import io.etibar.http.security.Guard;
import io.etibar.http.security.Scope;
import io.etibar.http.server.Bulk;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Payments: made by those who collect, given back by billers, seen by both. */
public final class PaymentRoutes extends AllDirectives {
  private static final Set<Scope> PAY = Set.of(Scope.PAYMENTS_WRITE);
  private static final Set<Scope> GIVE_BACK = Set.of(Scope.BILLS_WRITE);
  private static final Set<Scope> SEE = Set.of(Scope.PAYMENTS_WRITE, Scope.BILLS_WRITE);
  private static final Set<String> LIST_PARAMETERS = Set.of("from", "to", "after", "limit");

  private record Line(IdempotencyKey key, Instruction instruction) {}

  private record ReturnRequest(Money amount, ReturnReason reason) {}

  private final Guard guard;
  private final Bodies bodies;
  private final Bulk bulk;
  private final Shards shards;
  private final Asks asks;
  private final Directory directory;
  private final BillerCatalogue billers;
  private final PaymentHistory history;

  public PaymentRoutes(
      Guard guard,
      Bodies bodies,
      Bulk bulk,
      Shards shards,
      Asks asks,
      Directory directory,
      BillerCatalogue billers,
      PaymentHistory history) {
    this.guard = guard;
    this.bodies = bodies;
    this.bulk = bulk;
    this.shards = shards;
    this.asks = asks;
    this.directory = directory;
    this.billers = billers;
    this.history = history;
  }

  private CompletionStage<HttpResponse> pay(HttpRequest request) {
    return guard.admit(
        request,
        PAY,
        caller -> {
          IdempotencyKey key = IdempotencyHeader.keyOf(request);
          return bodies
              .json(request)
              .thenCompose(fields -> submit(caller, key, instruction(fields, caller)))
              .thenApply(PaymentRoutes::answer);
        });
  }

  private static Instruction instruction(Fields fields, Caller caller) {
    Instruction instruction = PaymentJson.instruction(fields, caller.id());
    fields.end();
    return instruction;
  }

  private CompletionStage<Payment.SubmitReply> submit(
      Caller caller, IdempotencyKey key, Instruction instruction) {
    Money maxPayment = caller.participant().profile().limits().maxPayment();
    return directory
        .biller(instruction.biller())
        .thenCompose(
            biller ->
                asks.write(
                    shards.payment(PaymentId.of(caller.id(), key)),
                    replyTo ->
                        new Payment.Submit(instruction, biller.orElse(null), maxPayment, replyTo)));
  }

  private static HttpResponse answer(Payment.SubmitReply reply) {
    return switch (reply) {
      case Payment.Committed(var receipt, var replayed) ->
          IdempotencyHeader.mark(Answers.created(PaymentJson.payment(receipt)), replayed);
      case Payment.Refused(var refusal, var replayed) ->
          IdempotencyHeader.mark(Answers.problem(new ProblemException(refusal)), replayed);
    };
  }

  private CompletionStage<HttpResponse> payMany(HttpRequest request) {
    return guard.admit(
        request,
        PAY,
        caller ->
            CompletableFuture.completedStage(
                bulk.answer(
                    Bulk.read(bodies.lines(request), fields -> line(fields, caller)),
                    line -> payLine(caller, line))));
  }

  private static Line line(Fields fields, Caller caller) {
    IdempotencyKey key = fields.value("key", IdempotencyKey::new);
    return new Line(key, PaymentJson.instruction(fields, caller.id()));
  }

  private CompletionStage<Bulk.Result> payLine(Caller caller, Line line) {
    // A stream may be long: who is suspended meanwhile pays no more.
    return guard
        .stillActive(caller)
        .thenCompose(active -> submit(active, line.key(), line.instruction()))
        .thenApply(
            reply ->
                switch (reply) {
                  case Payment.Committed(var receipt, var replayed) ->
                      new Bulk.Result(201, replayed, "payment", PaymentJson.payment(receipt));
                  case Payment.Refused(var refusal, var replayed) ->
                      Bulk.Result.of(new ProblemException(refusal)).replayed(replayed);
                });
  }

  private CompletionStage<HttpResponse> find(HttpRequest request, String id) {
    return guard.admit(
        request,
        SEE,
        caller ->
            found(id)
                .thenCompose(
                    found ->
                        isOwn(caller, found)
                            .thenApply(
                                own -> {
                                  if (!own) {
                                    throw unknown();
                                  }
                                  return Answers.ok(PaymentJson.details(found));
                                })));
  }

  private CompletionStage<Payment.Found> found(String id) {
    return asks.<Payment.Command, Payment.GetReply>read(
            shards.payment(paymentId(id)), Payment.Get::new)
        .thenApply(
            reply ->
                switch (reply) {
                  case Payment.Found found -> found;
                  case Payment.Refused(var refusal, var replayed) ->
                      throw new ProblemException(refusal);
                });
  }

  private static PaymentId paymentId(String id) {
    try {
      return new PaymentId(id);
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
  }

  private CompletionStage<Boolean> isOwn(Caller caller, Payment.Found found) {
    return found.participant().equals(caller.id())
        ? CompletableFuture.completedStage(true)
        : isToOwnBiller(caller, found);
  }

  /** A biller sees what was paid to it, and not what somebody tried to pay. */
  private CompletionStage<Boolean> isToOwnBiller(Caller caller, Payment.Found found) {
    if (found.receipt() == null || !caller.may(Scope.BILLS_WRITE)) {
      return CompletableFuture.completedStage(false);
    }
    return directory
        .biller(found.receipt().instruction().biller())
        .thenApply(biller -> biller.filter(b -> isOwner(b, caller.id())).isPresent());
  }

  private static boolean isOwner(Biller.View biller, ParticipantId caller) {
    return biller.terms().owner().equals(caller);
  }

  private static ProblemException unknown() {
    return new ProblemException(Refusal.of(Rejection.PAYMENT_UNKNOWN));
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    return guard.admit(
        request,
        SEE,
        caller -> {
          Parameters parameters = Parameters.of(request, LIST_PARAMETERS);
          return owner(caller)
              .thenCompose(owner -> page(owner, parameters))
              .thenApply(page -> Pages.answer(page, PaymentJson::entry));
        });
  }

  private CompletionStage<PaymentHistory.Owner> owner(Caller caller) {
    return caller.may(Scope.PAYMENTS_WRITE)
        ? CompletableFuture.completedStage(new PaymentHistory.MadeBy(caller.id()))
        : asks.port(() -> billers.ownedBy(caller.id()))
            .thenApply(owned -> new PaymentHistory.PaidTo(Set.copyOf(owned)));
  }

  private CompletionStage<Page<PaymentHistory.Entry>> page(
      PaymentHistory.Owner owner, Parameters parameters) {
    var query =
        new PaymentHistory.Query(
            owner,
            parameters.instant("from"),
            parameters.instant("to"),
            parameters.text("after"),
            parameters.limit());
    return asks.port(() -> history.page(query))
        .exceptionally(
            failure -> {
              throw Asks.cause(failure) instanceof IllegalArgumentException
                  ? Parameters.invalid("after", "is not what a page gave as its next")
                  : new CompletionException(failure);
            });
  }

  private CompletionStage<HttpResponse> giveBack(HttpRequest request, String id) {
    return guard.admit(
        request,
        GIVE_BACK,
        caller -> {
          IdempotencyKey key = IdempotencyHeader.keyOf(request);
          PaymentId payment = paymentId(id);
          return bodies
              .json(request)
              .thenApply(PaymentRoutes::returnRequest)
              .thenCompose(
                  asked ->
                      found(id)
                          .thenCompose(found -> isToOwnBiller(caller, found))
                          .thenCompose(own -> giveBack(own, caller, payment, key, asked)))
              .thenApply(reply -> answer(payment, reply));
        });
  }

  private static ReturnRequest returnRequest(Fields fields) {
    var asked =
        new ReturnRequest(fields.amount("amount"), fields.constant("reason", ReturnReason.class));
    fields.end();
    return asked;
  }

  private CompletionStage<Payment.ReturnReply> giveBack(
      boolean own, Caller caller, PaymentId payment, IdempotencyKey key, ReturnRequest asked) {
    if (!own) {
      throw unknown();
    }
    return asks.write(
        shards.payment(payment),
        replyTo ->
            new Payment.GiveBack(
                ReturnId.of(payment, key), asked.amount(), asked.reason(), caller.id(), replyTo));
  }

  private static HttpResponse answer(PaymentId payment, Payment.ReturnReply reply) {
    return switch (reply) {
      case Payment.GivenBack(var receipt, var given, var replayed) ->
          IdempotencyHeader.mark(Answers.created(PaymentJson.given(payment, given)), replayed);
      case Payment.Refused(var refusal, var replayed) ->
          IdempotencyHeader.mark(Answers.problem(new ProblemException(refusal)), replayed);
    };
  }

  /** All of them, the busiest first. */
  public Route route() {
    return pathPrefix(
        "payments",
        () ->
            concat(
                pathEnd(
                    () ->
                        concat(
                            // POST /v1/payments
                            post(() -> endpoint("/v1/payments", this::pay)),
                            // GET /v1/payments?from=&to=&after=&limit=
                            get(() -> endpoint("/v1/payments", this::list)))),
                // POST /v1/payments/bulk
                path("bulk", () -> post(() -> endpoint("/v1/payments/bulk", this::payMany))),
                pathPrefix(
                    segment(),
                    id ->
                        concat(
                            // GET /v1/payments/{id}
                            pathEnd(
                                () ->
                                    get(
                                        () ->
                                            endpoint(
                                                "/v1/payments/{id}",
                                                request -> find(request, id)))),
                            // POST /v1/payments/{id}/returns
                            path(
                                "returns",
                                () ->
                                    post(
                                        () ->
                                            endpoint(
                                                "/v1/payments/{id}/returns",
                                                request -> giveBack(request, id))))))));
  }
}
