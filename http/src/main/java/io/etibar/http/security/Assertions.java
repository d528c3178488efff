package io.etibar.http.security;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.etibar.core.participant.AssertionRegistry;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Status;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Directory;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Proofs of who one is: JWTs that a participant signs with its own key (RFC 7523 §3). */
final class Assertions {

  /** How far two clocks may be apart. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  /** How long before its end an assertion may be made. */
  private static final Duration MAX_LIFETIME = Duration.ofMinutes(5);

  private static final int MAX_LENGTH = 8_192;
  private static final int MAX_ID_LENGTH = 255;

  private record Parsed(SignedJWT jwt, ParticipantId participant, String id, Instant expires) {}

  private final Set<String> audiences;
  private final Directory directory;
  private final AssertionRegistry registry;
  private final Asks asks;
  private final InstantSource clock;

  /**
   * @param audiences the names by which this platform may be addressed
   */
  Assertions(
      Set<String> audiences,
      Directory directory,
      AssertionRegistry registry,
      Asks asks,
      InstantSource clock) {
    this.audiences = audiences;
    this.directory = directory;
    this.registry = registry;
    this.asks = asks;
    this.clock = clock;
  }

  /** Who proves itself; fails with {@code CLIENT_INVALID} or {@code PARTICIPANT_SUSPENDED}. */
  CompletionStage<Participant.View> verify(String assertion) {
    Parsed parsed = parse(assertion);
    return directory
        .participant(parsed.participant())
        .thenCompose(
            found -> {
              // One answer for a stranger and for a wrong key: who takes part is not told.
              Participant.View participant =
                  found
                      .filter(p -> PublicKeys.verifies(parsed.jwt(), p.profile().keys()))
                      .orElseThrow(() -> invalid("It is not signed by a registered key."));
              return use(parsed, participant);
            });
  }

  private CompletionStage<Participant.View> use(Parsed parsed, Participant.View participant) {
    if (participant.status() == Status.SUSPENDED) {
      throw new ProblemException(Problem.PARTICIPANT_SUSPENDED);
    }
    return asks.port(
            () -> registry.firstUse(parsed.participant(), parsed.id(), parsed.expires().plus(SKEW)))
        .thenApply(
            first -> {
              if (!first) {
                throw invalid("It was used before.");
              }
              return participant;
            });
  }

  private Parsed parse(String assertion) {
    if (assertion.length() > MAX_LENGTH) {
      throw invalid("It is too long.");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(assertion);
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (claims.getSubject() == null || !claims.getSubject().equals(claims.getIssuer())) {
        throw invalid("Its iss and sub are not one and the same participant.");
      }
      if (claims.getAudience().stream().noneMatch(audiences::contains)) {
        throw invalid("Its aud is not this platform.");
      }
      String id = claims.getJWTID();
      if (id == null || id.isEmpty() || id.length() > MAX_ID_LENGTH) {
        throw invalid("Its jti is missing or too long.");
      }
      return new Parsed(jwt, new ParticipantId(claims.getSubject()), id, judgeTimes(claims));
    } catch (ParseException | IllegalArgumentException e) {
      throw invalid("It is not a signed JWT.");
    }
  }

  private Instant judgeTimes(JWTClaimsSet claims) {
    Instant now = clock.instant();
    Date expires = claims.getExpirationTime();
    if (expires == null || !now.minus(SKEW).isBefore(expires.toInstant())) {
      throw invalid("Its exp is missing or past.");
    }
    if (expires.toInstant().isAfter(now.plus(MAX_LIFETIME).plus(SKEW))) {
      throw invalid("Its exp is more than 5 minutes ahead.");
    }
    if (isAhead(claims.getIssueTime(), now) || isAhead(claims.getNotBeforeTime(), now)) {
      throw invalid("Its iat or nbf is ahead.");
    }
    return expires.toInstant();
  }

  private static boolean isAhead(@Nullable Date time, Instant now) {
    return time != null && time.toInstant().isAfter(now.plus(SKEW));
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemDetails.of(Problem.CLIENT_INVALID, detail));
  }
}
