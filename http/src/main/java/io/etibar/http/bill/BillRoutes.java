package io.etibar.http.bill;

import static akka.http.javadsl.server.PathMatchers.segment;
import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.stream.javadsl.Source;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillId;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.privacy.Vault;
import io.etibar.http.bill.BillJson.Details;
import io.etibar.http.bill.BillJson.Sent;
import io.etibar.http.bill.BillPublisher.Ready;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Directory;
import io.etibar.http.entity.Shards;
import io.etibar.http.json.Answers;
import io.etibar.http.json.Bodies;
import io.etibar.http.json.Fields;
import io.etibar.http.problem.ProblemException;
import io.etibar.http.security.Caller;
import io.etibar.http.security.Guard;
import io.etibar.http.security.Scope;
import io.etibar.http.server.Bulk;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Bills: published and withdrawn by their biller, looked up by those who collect. */
public final class BillRoutes extends AllDirectives {
  private static final Set<Scope> PUBLISH = Set.of(Scope.BILLS_WRITE);
  private static final Set<Scope> SEE = Set.of(Scope.PAYMENTS_WRITE, Scope.BILLS_WRITE);

  /** Lines whose personal data is sealed together. */
  private static final int SEALED_TOGETHER = 128;

  private final Guard guard;
  private final Bodies bodies;
  private final Bulk bulk;
  private final Shards shards;
  private final Asks asks;
  private final Directory directory;
  private final BillPublisher publisher;

  /**
   * @param timeZone where the day of a bill's due date ends
   */
  public static BillRoutes create(
      Guard guard,
      Bodies bodies,
      Bulk bulk,
      Shards shards,
      Asks asks,
      Directory directory,
      Vault vault,
      ZoneId timeZone) {
    BillPublisher publisher = new BillPublisher(shards, asks, vault, timeZone);
    return new BillRoutes(guard, bodies, bulk, shards, asks, directory, publisher);
  }

  private BillRoutes(
      Guard guard,
      Bodies bodies,
      Bulk bulk,
      Shards shards,
      Asks asks,
      Directory directory,
      BillPublisher publisher) {
    this.guard = guard;
    this.bodies = bodies;
    this.bulk = bulk;
    this.shards = shards;
    this.asks = asks;
    this.directory = directory;
    this.publisher = publisher;
  }

  private CompletionStage<HttpResponse> publish(
      HttpRequest request, String billerId, String reference) {
    return guard.admit(
        request,
        PUBLISH,
        caller ->
            ownBiller(caller, billerId)
                .thenCompose(
                    biller ->
                        bodies
                            .json(request)
                            .thenApply(fields -> sent(fields, biller, reference))
                            .thenCompose(sent -> publisher.seal(biller, List.of(sent)))
                            .thenCompose(ready -> publish(ready.getFirst()))));
  }

  private static Sent sent(Fields fields, Biller.View biller, String reference) {
    Sent sent =
        BillJson.sent(
            fields,
            reference(reference)
                .orElseThrow(
                    () ->
                        new ProblemException(
                            Refusal.of(Rejection.REFERENCE_INVALID, "reference"))));
    fields.end();
    BillPublisher.judge(biller, sent);
    return sent;
  }

  private CompletionStage<HttpResponse> publish(Ready bill) {
    return publisher
        .publish(bill)
        .thenApply(done -> Answers.put(done.created(), BillJson.bill(done.bill(), bill.details())));
  }

  private CompletionStage<HttpResponse> publishMany(HttpRequest request, String billerId) {
    return guard.admit(
        request,
        PUBLISH,
        caller ->
            ownBiller(caller, billerId)
                .thenApply(
                    biller -> {
                      Source<Bulk.Item<Sent>, Object> lines =
                          Bulk.read(bodies.lines(request), fields -> line(fields, biller));
                      return bulk.answer(
                          sealed(lines, biller), ready -> publishLine(caller, ready));
                    }));
  }

  private static Sent line(Fields fields, Biller.View biller) {
    Sent sent = BillJson.line(fields);
    BillPublisher.judge(biller, sent);
    return sent;
  }

  /** Seals the lines that have come while those before were sealed, all in one go. */
  private Source<Bulk.Item<Ready>, Object> sealed(
      Source<Bulk.Item<Sent>, Object> lines, Biller.View biller) {
    return lines
        .batch(
            SEALED_TOGETHER,
            first -> {
              List<Bulk.Item<Sent>> together = new ArrayList<>();
              together.add(first);
              return together;
            },
            (together, next) -> {
              together.add(next);
              return together;
            })
        .mapAsync(2, together -> sealed(together, biller))
        .mapConcat(together -> together);
  }

  private CompletionStage<List<Bulk.Item<Ready>>> sealed(
      List<Bulk.Item<Sent>> together, Biller.View biller) {
    List<Sent> good = new ArrayList<>(together.size());
    for (Bulk.Item<Sent> item : together) {
      if (item instanceof Bulk.Good<Sent>(var number, var sent)) {
        good.add(sent);
      }
    }
    return publisher
        .seal(biller, good)
        .handle((ready, failure) -> inPlace(together, ready, failure));
  }

  /** Each of those that are good, or the problem that all of them have, where its line was. */
  private static List<Bulk.Item<Ready>> inPlace(
      List<Bulk.Item<Sent>> together, @Nullable List<Ready> ready, @Nullable Throwable failure) {
    LongFunction<Bulk.Item<Ready>> good;
    if (ready == null) {
      ProblemException problem = Bulk.problem(Objects.requireNonNull(failure));
      good = number -> new Bulk.Bad<>(number, problem);
    } else {
      Iterator<Ready> next = ready.iterator();
      good = number -> new Bulk.Good<>(number, next.next());
    }
    List<Bulk.Item<Ready>> items = new ArrayList<>(together.size());
    for (Bulk.Item<Sent> item : together) {
      items.add(
          switch (item) {
            case Bulk.Good<Sent>(var number, var sent) -> good.apply(number);
            case Bulk.Bad<Sent>(var number, var problem) -> new Bulk.Bad<>(number, problem);
          });
    }
    return items;
  }

  private CompletionStage<Bulk.Result> publishLine(Caller caller, Ready bill) {
    // A stream may be long: who is suspended meanwhile publishes no more.
    return guard
        .stillActive(caller)
        .thenCompose(active -> publisher.publish(bill))
        .thenApply(
            done ->
                new Bulk.Result(
                    done.created() ? 201 : 200,
                    false,
                    "bill",
                    BillJson.bill(done.bill(), bill.details())));
  }

  private CompletionStage<HttpResponse> withdraw(
      HttpRequest request, String billerId, String reference) {
    return guard.admit(
        request,
        PUBLISH,
        caller ->
            ownBiller(caller, billerId)
                .thenCompose(
                    biller ->
                        asks.<Bill.Command, Bill.WithdrawReply>write(
                            shards.bill(billId(biller, reference)),
                            replyTo -> new Bill.Withdraw(caller.id(), replyTo)))
                .thenCompose(
                    reply ->
                        switch (reply) {
                          case Bill.Done done -> show(done.bill(), true);
                          case Bill.Refused(var refusal) -> throw new ProblemException(refusal);
                        }));
  }

  private CompletionStage<HttpResponse> find(
      HttpRequest request, String billerId, String reference) {
    return guard.admit(
        request,
        SEE,
        caller ->
            visibleBiller(caller, billerId)
                .thenCompose(
                    biller ->
                        asks.<Bill.Command, Bill.GetReply>read(
                                shards.bill(billId(biller, reference)), Bill.Get::new)
                            .thenCompose(reply -> show(reply, caller, biller))));
  }

  private CompletionStage<HttpResponse> show(
      Bill.GetReply reply, Caller caller, Biller.View biller) {
    return switch (reply) {
      case Bill.Found(var bill) -> show(bill, biller.terms().owner().equals(caller.id()));
      case Bill.Refused(var refusal) -> throw new ProblemException(refusal);
    };
  }

  /**
   * @param withPayer who owes it is for its biller alone; who collects needs to know what is paid
   *     for
   */
  private CompletionStage<HttpResponse> show(Bill.View bill, boolean withPayer) {
    return publisher
        .open(bill)
        .thenApply(details -> withPayer ? details : new Details(details.description(), null))
        .thenApply(details -> Answers.ok(BillJson.bill(bill, details)));
  }

  /** Those who collect look up the bills of every biller; a biller its own alone. */
  private CompletionStage<Biller.View> visibleBiller(Caller caller, String billerId) {
    return caller.may(Scope.PAYMENTS_WRITE) ? biller(billerId) : ownBiller(caller, billerId);
  }

  private CompletionStage<Biller.View> ownBiller(Caller caller, String billerId) {
    return biller(billerId)
        .thenApply(
            biller -> {
              if (!biller.terms().owner().equals(caller.id())) {
                throw unknownBiller();
              }
              return biller;
            });
  }

  private CompletionStage<Biller.View> biller(String billerId) {
    BillerId id;
    try {
      id = new BillerId(billerId);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedStage(unknownBiller());
    }
    return directory.biller(id).thenApply(found -> found.orElseThrow(BillRoutes::unknownBiller));
  }

  private static ProblemException unknownBiller() {
    return new ProblemException(Refusal.of(Rejection.BILLER_UNKNOWN));
  }

  /** No entity is asked for a bill that the biller's terms do not allow. */
  private static BillId billId(Biller.View biller, String reference) {
    return reference(reference)
        .filter(valid -> biller.terms().billReference().matches(valid.value()))
        .map(valid -> new BillId(biller.id(), valid))
        .orElseThrow(() -> new ProblemException(Refusal.of(Rejection.BILL_UNKNOWN)));
  }

  private static Optional<BillReference> reference(String text) {
    try {
      return Optional.of(new BillReference(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Route one(String billerId, String reference) {
    String template = "/v1/billers/{billerId}/bills/{reference}";
    return concat(
        // GET /v1/billers/{billerId}/bills/{reference}
        get(() -> endpoint(template, request -> find(request, billerId, reference))),
        // PUT /v1/billers/{billerId}/bills/{reference}
        put(() -> endpoint(template, request -> publish(request, billerId, reference))),
        // DELETE /v1/billers/{billerId}/bills/{reference}
        delete(() -> endpoint(template, request -> withdraw(request, billerId, reference))));
  }

  /** All of them. */
  public Route route() {
    return pathPrefix(
        segment("billers").slash(segment()).slash("bills"),
        billerId ->
            concat(
                // POST /v1/billers/{billerId}/bills
                pathEnd(
                    () ->
                        post(
                            () ->
                                endpoint(
                                    "/v1/billers/{billerId}/bills",
                                    request -> publishMany(request, billerId)))),
                path(segment(), reference -> one(billerId, reference))));
  }
}
