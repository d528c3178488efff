package io.etibar.http.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.etibar.core.participant.ParticipantId;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs that this platform signs for itself (ES256) and nobody else needs to read.
 * What a token says is checked once and remembered, so that no signature is checked per request.
 */
public final class Tokens implements TokenIssuer {

  /** What was found of a token: whom it is for, or what is wrong with it. */
  private sealed interface Checked {}

  private record Good(Principal principal, Instant expires) implements Checked {}

  private record Bad(Problem problem) implements Checked {}

  private static final int MAX_REMEMBERED = 50_000;

  /** Long enough against a client that repeats a bad token in a loop. */
  private static final Duration BAD_REMEMBERED = Duration.ofSeconds(5);

  private final String issuer;
  private final InstantSource clock;
  private final JWSHeader header;
  private final JWSSigner signer;
  private final JWSVerifier verifier;

  // Apart, so that a flood of bad tokens pushes no good one out.
  private final Cache<String, Good> good =
      Caffeine.newBuilder()
          .maximumSize(MAX_REMEMBERED)
          .expireAfterAccess(Duration.ofMinutes(15))
          .build();
  private final Cache<String, Bad> bad =
      Caffeine.newBuilder()
          .maximumSize(MAX_REMEMBERED / 10)
          .expireAfterWrite(BAD_REMEMBERED)
          .build();

  /**
   * @param issuer a URL that names this platform; issuer and audience of every token
   * @param key an EC key on P-256, the same on all nodes
   */
  public Tokens(String issuer, ECKey key, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
    this.header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
    try {
      this.signer = new ECDSASigner(key);
      this.verifier = new ECDSAVerifier(key.toPublicJWK());
    } catch (JOSEException e) {
      throw new IllegalArgumentException("not a key for ES256", e);
    }
  }

  @Override
  public String issue(ParticipantId participant, Set<Scope> scopes, Duration lifetime) {
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(issuer)
            .subject(participant.value())
            .claim(
                "scope",
                scopes.stream().sorted().map(Scope::value).collect(Collectors.joining(" ")))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("the key does not sign", e);
    }
    return token.serialize();
  }

  /**
   * Whom a token is for.
   *
   * @throws ProblemException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}
   */
  public Principal verify(String token) {
    Good known = good.getIfPresent(token);
    if (known == null) {
      known = learn(token);
    }
    if (!clock.instant().isBefore(known.expires())) {
      throw new ProblemException(Problem.TOKEN_EXPIRED);
    }
    return known.principal();
  }

  private Good learn(String token) {
    Bad known = bad.getIfPresent(token);
    Checked checked = known != null ? known : check(token);
    return switch (checked) {
      case Good found -> {
        good.put(token, found);
        yield found;
      }
      case Bad found -> {
        bad.put(token, found);
        throw new ProblemException(found.problem());
      }
    };
  }

  private Checked check(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.ES256) || !jwt.verify(verifier)) {
        return new Bad(Problem.TOKEN_INVALID);
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      Date expires = claims.getExpirationTime();
      Principal principal = principal(claims);
      if (principal == null || expires == null) {
        return new Bad(Problem.TOKEN_INVALID);
      }
      return clock.instant().isBefore(expires.toInstant())
          ? new Good(principal, expires.toInstant())
          : new Bad(Problem.TOKEN_EXPIRED);
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      // Not one of ours, in whatever way.
      return new Bad(Problem.TOKEN_INVALID);
    }
  }

  private @Nullable Principal principal(JWTClaimsSet claims) throws ParseException {
    String scope = claims.getStringClaim("scope");
    if (!issuer.equals(claims.getIssuer())
        || !List.of(issuer).equals(claims.getAudience())
        || claims.getSubject() == null
        || scope == null) {
      return null;
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String name : scope.split(" ", -1)) {
      Scope.of(name).ifPresent(scopes::add);
    }
    return new Principal(new ParticipantId(claims.getSubject()), scopes);
  }
}
