package io.etibar.http.participant;

import static akka.http.javadsl.server.PathMatchers.segment;
import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantCatalogue;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Directory;
import io.etibar.http.entity.Shards;
import io.etibar.http.json.Answers;
import io.etibar.http.json.Bodies;
import io.etibar.http.json.Fields;
import io.etibar.http.json.Json;
import io.etibar.http.json.Pages;
import io.etibar.http.json.Parameters;
import io.etibar.http.problem.ProblemException;
import io.etibar.http.security.Caller;
import io.etibar.http.security.Guard;
import io.etibar.http.security.PublicKeys;
import io.etibar.http.security.Scope;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Participants, for operators. */
public final class ParticipantRoutes extends AllDirectives {
  private static final Set<Scope> OPERATE = Set.of(Scope.OPERATIONS);
  private static final int MAX_KEYS = 10;
  private static final int MAX_NAME = 140;
  private static final int MAX_REASON = 500;

  private record PutRequest(Participant.Profile profile, Status status, Action action) {}

  private final Guard guard;
  private final Bodies bodies;
  private final Shards shards;
  private final Asks asks;
  private final Directory directory;
  private final ParticipantCatalogue participants;

  public ParticipantRoutes(
      Guard guard,
      Bodies bodies,
      Shards shards,
      Asks asks,
      Directory directory,
      ParticipantCatalogue participants) {
    this.guard = guard;
    this.bodies = bodies;
    this.shards = shards;
    this.asks = asks;
    this.directory = directory;
    this.participants = participants;
  }

  private CompletionStage<HttpResponse> put(HttpRequest request, String id) {
    return guard.admit(
        request,
        OPERATE,
        caller -> {
          ParticipantId participant = participantId(id);
          return bodies
              .json(request)
              .thenApply(fields -> putRequest(fields, caller))
              .thenCompose(
                  asked ->
                      asks.<Participant.Command, Participant.PutReply>write(
                          shards.participant(participant),
                          replyTo ->
                              new Participant.Put(
                                  asked.profile(), asked.status(), asked.action(), replyTo)))
              .thenApply(
                  reply -> {
                    directory.forget(participant);
                    return Answers.put(reply.created(), json(reply.participant()));
                  });
        });
  }

  private static PutRequest putRequest(Fields fields, Caller caller) {
    String name = fields.words("name", MAX_NAME);
    Role role = fields.constant("role", Role.class);
    List<String> keys = fields.rawObjects("keys", MAX_KEYS);
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      fields.judged("keys", "keys[" + i + "]", () -> PublicKeys.judge(key));
    }
    Participant.Limits limits = limits(fields.object("limits"));
    Status status = fields.optionalConstant("status", Status.class).orElse(Status.ACTIVE);
    String reason = fields.optionalWords("reason", MAX_REASON).orElse(null);
    fields.end();
    return new PutRequest(
        new Participant.Profile(name, role, keys, limits), status, new Action(caller.id(), reason));
  }

  private static Participant.Limits limits(Fields fields) {
    var limits =
        new Participant.Limits(
            fields.integer("requestsPerSecond", 1, 1_000_000),
            fields.has("maxPayment") ? fields.amount("maxPayment") : null);
    fields.end();
    return limits;
  }

  private CompletionStage<HttpResponse> find(HttpRequest request, String id) {
    return guard.admit(
        request,
        OPERATE,
        caller ->
            asks.<Participant.Command, Participant.GetReply>read(
                    shards.participant(participantId(id)), Participant.Get::new)
                .thenApply(
                    reply ->
                        switch (reply) {
                          case Participant.Found(var view) -> Answers.ok(json(view));
                          case Participant.NotFound(var refusal) ->
                              throw new ProblemException(refusal);
                        }));
  }

  private static ParticipantId participantId(String id) {
    try {
      return new ParticipantId(id);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Refusal.of(Rejection.PARTICIPANT_UNKNOWN));
    }
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    return guard.admit(
        request,
        OPERATE,
        caller -> {
          Parameters parameters = Parameters.of(request, Set.of("after", "limit"));
          ParticipantId after = parameters.value("after", ParticipantId::new);
          int limit = parameters.limit();
          return asks.port(() -> participants.page(after, limit))
              .thenApply(page -> Pages.answer(page, ParticipantRoutes::json));
        });
  }

  private static Json.Writer json(Participant.View participant) {
    return json -> {
      Participant.Profile profile = participant.profile();
      json.writeStartObject();
      json.writeStringField("id", participant.id().value());
      json.writeStringField("name", profile.name());
      json.writeStringField("role", profile.role().name());
      json.writeArrayFieldStart("keys");
      for (String key : profile.keys()) {
        json.writeRawValue(key);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("limits");
      json.writeNumberField("requestsPerSecond", profile.limits().requestsPerSecond());
      if (profile.limits().maxPayment() != null) {
        Json.writeMoney(json, "maxPayment", profile.limits().maxPayment());
      }
      json.writeEndObject();
      json.writeStringField("status", participant.status().name());
      json.writeEndObject();
    };
  }

  /** All of them. */
  public Route route() {
    return pathPrefix(
        "participants",
        () ->
            concat(
                // GET /v1/participants?after=&limit=
                pathEnd(() -> get(() -> endpoint("/v1/participants", this::list))),
                path(
                    segment(),
                    id ->
                        concat(
                            // GET /v1/participants/{id}
                            get(
                                () ->
                                    endpoint(
                                        "/v1/participants/{id}", request -> find(request, id))),
                            // PUT /v1/participants/{id}
                            put(
                                () ->
                                    endpoint(
                                        "/v1/participants/{id}", request -> put(request, id)))))));
  }
}
