package io.etibar.http.security;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.HttpCredentials;
import akka.http.javadsl.model.headers.OAuth2BearerToken;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.Status;
import io.etibar.http.entity.Directory;
import io.etibar.http.limits.RateLimits;
import io.etibar.http.management.RequestMetrics;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lets a request in that is made by an active participant, within its rate, with the scope. */
public final class Guard {
  private final Tokens tokens;
  private final Directory directory;
  private final RateLimits rates;
  private final RequestMetrics metrics;

  public Guard(Tokens tokens, Directory directory, RateLimits rates, RequestMetrics metrics) {
    this.tokens = tokens;
    this.directory = directory;
    this.rates = rates;
    this.metrics = metrics;
  }

  /**
   * Hands the caller on.
   *
   * @param anyOf scopes of which the token has to carry one; none: any token will do
   * @throws ProblemException where the request is not let in; the stage may fail with one too
   */
  public CompletionStage<HttpResponse> admit(
      HttpRequest request,
      Set<Scope> anyOf,
      Function<Caller, CompletionStage<HttpResponse>> handler) {
    Principal principal = tokens.verify(token(request));
    return directory
        .participant(principal.id())
        .thenCompose(
            found -> {
              // Tokens are for participants, and those are never removed.
              Participant.View participant =
                  found.orElseThrow(() -> new ProblemException(Problem.TOKEN_INVALID));
              Caller caller = new Caller(principal, participant);
              judge(caller, anyOf);
              return handler.apply(caller);
            });
  }

  /** Fails with {@code PARTICIPANT_SUSPENDED} if the caller has been suspended meanwhile. */
  public CompletionStage<Caller> stillActive(Caller caller) {
    return directory
        .participant(caller.id())
        .thenApply(
            found -> {
              Participant.View participant =
                  found.orElseThrow(() -> new ProblemException(Problem.TOKEN_INVALID));
              requireActive(participant);
              return new Caller(caller.principal(), participant);
            });
  }

  private void judge(Caller caller, Set<Scope> anyOf) {
    requireActive(caller.participant());
    try {
      rates.take(caller.participant());
    } catch (ProblemException e) {
      metrics.shed(RequestMetrics.Shed.RATE);
      throw e;
    }
    if (!anyOf.isEmpty() && anyOf.stream().noneMatch(caller::may)) {
      throw new ProblemException(Problem.SCOPE_MISSING);
    }
  }

  private static void requireActive(Participant.View participant) {
    if (participant.status() == Status.SUSPENDED) {
      throw new ProblemException(Problem.PARTICIPANT_SUSPENDED);
    }
  }

  private static String token(HttpRequest request) {
    HttpCredentials credentials =
        request
            .getHeader(Authorization.class)
            .map(Authorization::credentials)
            .orElseThrow(
                () ->
                    new ProblemException(
                        // There, but in no form that a credential has.
                        request.getHeader("Authorization").isPresent()
                            ? Problem.TOKEN_INVALID
                            : Problem.TOKEN_MISSING));
    if (credentials instanceof OAuth2BearerToken bearer) {
      return bearer.token();
    }
    throw new ProblemException(Problem.TOKEN_MISSING);
  }
}
