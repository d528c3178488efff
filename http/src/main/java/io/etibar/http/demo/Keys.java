package io.etibar.http.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The private keys of the demonstration's participants, one each, named by the participant's id.
 * Real participants keep theirs to themselves.
 */
public final class Keys {
  private final JWKSet keys;

  private Keys(JWKSet keys) {
    this.keys = keys;
  }

  /** New keys that nothing remembers. */
  public static Keys generate(List<String> participants) {
    List<JWK> keys = new ArrayList<>();
    for (String id : participants) {
      keys.add(newKey(id));
    }
    return new Keys(new JWKSet(keys));
  }

  /** The keys in a file that only its owner reads; makes those that it does not hold yet. */
  public static Keys in(Path file, List<String> participants) throws IOException {
    List<JWK> keys = new ArrayList<>();
    if (Files.exists(file)) {
      try {
        keys.addAll(JWKSet.load(file.toFile()).getKeys());
      } catch (ParseException e) {
        throw new IOException(file + " is not a JSON Web Key Set", e);
      }
    }
    boolean grown = false;
    for (String id : participants) {
      if (keys.stream().noneMatch(key -> key.getKeyID().equals(id))) {
        keys.add(newKey(id));
        grown = true;
      }
    }
    var set = new JWKSet(keys);
    if (grown) {
      OwnFile.write(file, set.toString(false));
    }
    return new Keys(set);
  }

  private static JWK newKey(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  /** The participant's public key as a JSON Web Key (RFC 7517). */
  public Map<String, Object> publicKey(String participant) {
    return key(participant).toPublicJWK().toJSONObject();
  }

  /** The proof of who one is that {@code POST /v1/token} asks for (RFC 7523, section 3). */
  public String assertion(String participant, String audience) {
    Instant now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(participant)
            .subject(participant)
            .audience(audience)
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofMinutes(1))))
            .build();
    var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(participant).build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key(participant)));
    } catch (JOSEException e) {
      throw new IllegalStateException("the key does not sign", e);
    }
    return token.serialize();
  }

  private ECKey key(String participant) {
    JWK key = keys.getKeyByKeyId(participant);
    if (key == null) {
      throw new IllegalArgumentException("no key of " + participant);
    }
    return key.toECKey();
  }
}
