package io.etibar.http.biller;

import static akka.http.javadsl.server.PathMatchers.segment;
import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerCatalogue;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.biller.Channel;
import io.etibar.core.biller.ReferenceField;
import io.etibar.core.biller.ReferencePattern;
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.ParticipantId;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Billers: registered by operators, seen by everyone who takes part. */
public final class BillerRoutes extends AllDirectives {
  private static final Set<Scope> OPERATE = Set.of(Scope.OPERATIONS);
  private static final Pattern CATEGORY = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");
  private static final int MAX_REFERENCES = 10;
  private static final int MAX_NAME = 140;
  private static final int MAX_REASON = 500;
  private static final String GOOD_ACCOUNT = "AZ00NABZ00000000000000000000";

  private record PutRequest(Terms terms, Status status, Action action) {}

  private final Guard guard;
  private final Bodies bodies;
  private final Shards shards;
  private final Asks asks;
  private final Directory directory;
  private final BillerCatalogue billers;

  public BillerRoutes(
      Guard guard,
      Bodies bodies,
      Shards shards,
      Asks asks,
      Directory directory,
      BillerCatalogue billers) {
    this.guard = guard;
    this.bodies = bodies;
    this.shards = shards;
    this.asks = asks;
    this.directory = directory;
    this.billers = billers;
  }

  private CompletionStage<HttpResponse> put(HttpRequest request, String id) {
    return guard.admit(
        request,
        OPERATE,
        caller -> {
          BillerId biller = billerId(id);
          return bodies
              .json(request)
              .thenCompose(fields -> withKnownOwner(fields, putRequest(fields, caller)))
              .thenCompose(
                  asked ->
                      asks.<Biller.Command, Biller.PutReply>write(
                          shards.biller(biller),
                          replyTo ->
                              new Biller.Put(
                                  asked.terms(), asked.status(), asked.action(), replyTo)))
              .thenApply(
                  reply -> {
                    directory.forget(biller);
                    return Answers.put(reply.created(), BillerJson.biller(reply.biller()));
                  });
        });
  }

  private CompletionStage<PutRequest> withKnownOwner(Fields fields, PutRequest asked) {
    return directory
        .participant(asked.terms().owner())
        .thenApply(
            owner -> {
              if (owner.isEmpty()) {
                throw fields.invalid("owner", "must be a participant");
              }
              return asked;
            });
  }

  private static PutRequest putRequest(Fields fields, Caller caller) {
    Terms terms = terms(fields);
    Status status = fields.optionalConstant("status", Status.class).orElse(Status.ACTIVE);
    String reason = fields.optionalWords("reason", MAX_REASON).orElse(null);
    fields.end();
    return new PutRequest(terms, status, new Action(caller.id(), reason));
  }

  private static Terms terms(Fields fields) {
    Set<Channel> channels = fields.constants("channels", Channel.class);
    if (channels.isEmpty()) {
      throw fields.invalid("channels", "must name at least one channel");
    }
    return new Terms(
        fields.words("name", MAX_NAME),
        fields.value("owner", ParticipantId::new),
        fields.value("category", BillerRoutes::category),
        fields.currency("currency"),
        fields.constant("amountRule", AmountRule.class),
        fields.integer("graceDays", 0, 3_660),
        pattern(fields, "billReference"),
        fields.bool("adHoc"),
        references(fields),
        budget(fields.object("budget")),
        channels);
  }

  private static String category(String text) {
    if (!CATEGORY.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be 1 to 40 lower-case letters, digits and inner hyphens");
    }
    return text;
  }

  private static List<ReferenceField> references(Fields fields) {
    if (!fields.has("references")) {
      return List.of();
    }
    Set<String> names = new HashSet<>();
    return fields.objects(
        "references",
        MAX_REFERENCES,
        item -> {
          ReferencePattern pattern = pattern(item, "pattern");
          boolean required = item.bool("required");
          ReferenceField field =
              item.value("name", name -> new ReferenceField(name, pattern, required));
          if (!names.add(field.name())) {
            throw item.invalid("name", "must be different from the others");
          }
          return field;
        });
  }

  private static ReferencePattern pattern(Fields fields, String name) {
    Fields inner = fields.object(name);
    ReferencePattern.Kind kind = inner.constant("kind", ReferencePattern.Kind.class);
    int minLength = inner.integer("minLength", 1, 35);
    int maxLength = inner.integer("maxLength", 1, 35);
    inner.end();
    return fields.judged(name, () -> new ReferencePattern(kind, minLength, maxLength));
  }

  private static BudgetCode budget(Fields fields) {
    // The classification is judged with an account that is known to be good, and so by itself.
    String classification =
        fields.value("classification", text -> new BudgetCode(text, GOOD_ACCOUNT).classification());
    BudgetCode budget = fields.value("account", text -> new BudgetCode(classification, text));
    fields.end();
    return budget;
  }

  private CompletionStage<HttpResponse> find(HttpRequest request, String id) {
    return guard.admit(
        request,
        Set.of(),
        caller ->
            asks.<Biller.Command, Biller.GetReply>read(shards.biller(billerId(id)), Biller.Get::new)
                .thenApply(
                    reply ->
                        switch (reply) {
                          case Biller.Found(var view) -> Answers.ok(BillerJson.biller(view));
                          case Biller.NotFound(var refusal) -> throw new ProblemException(refusal);
                        }));
  }

  private static BillerId billerId(String id) {
    try {
      return new BillerId(id);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Refusal.of(Rejection.BILLER_UNKNOWN));
    }
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    return guard.admit(
        request,
        Set.of(),
        caller -> {
          Parameters parameters = Parameters.of(request, Set.of("category", "after", "limit"));
          String category = parameters.value("category", BillerRoutes::category);
          BillerId after = parameters.value("after", BillerId::new);
          int limit = parameters.limit();
          return asks.port(() -> billers.page(category, after, limit))
              .thenApply(page -> Pages.answer(page, BillerJson::biller));
        });
  }

  /** All of them. */
  public Route route() {
    return pathPrefix(
        "billers",
        () ->
            concat(
                // GET /v1/billers?category=&after=&limit=
                pathEnd(() -> get(() -> endpoint("/v1/billers", this::list))),
                path(
                    segment(),
                    id ->
                        concat(
                            // GET /v1/billers/{billerId}
                            get(
                                () ->
                                    endpoint(
                                        "/v1/billers/{billerId}", request -> find(request, id))),
                            // PUT /v1/billers/{billerId}
                            put(
                                () ->
                                    endpoint(
                                        "/v1/billers/{billerId}", request -> put(request, id)))))));
  }
}
