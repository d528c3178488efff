package io.etibar.http.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Public keys of participants as JSON Web Keys: on P-256 for ES256, or RSA for RS256 and PS256. */
public final class PublicKeys {
  private static final int MIN_RSA_BITS = 2_048;
  private static final int MAX_RSA_BITS = 8_192;
  private static final int MAX_LENGTH = 4_096;
  private static final Set<JWSAlgorithm> RSA = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256);

  private PublicKeys() {}

  /**
   * Judges a key before it is registered.
   *
   * @throws IllegalArgumentException with a reason that names no part of the key
   */
  public static void judge(String key) {
    if (key.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("is too long for a public key");
    }
    JWK jwk;
    try {
      jwk = JWK.parse(key);
    } catch (ParseException | IllegalArgumentException e) {
      throw new IllegalArgumentException("is not a JSON Web Key", e);
    }
    if (jwk.isPrivate()) {
      throw new IllegalArgumentException("is a private key: register its public part alone");
    }
    boolean good =
        switch (jwk) {
          case ECKey ec -> ec.getCurve().equals(Curve.P_256);
          case RSAKey rsa -> rsa.size() >= MIN_RSA_BITS && rsa.size() <= MAX_RSA_BITS;
          default -> false;
        };
    if (!good) {
      throw new IllegalArgumentException("must be an EC key on P-256 or an RSA key from 2048 bits");
    }
  }

  /** Whether one of the keys signed this. A key is tried where the header names it or none. */
  static boolean verifies(SignedJWT jwt, List<String> keys) {
    return keys.stream().anyMatch(key -> verifies(jwt, key));
  }

  private static boolean verifies(SignedJWT jwt, String key) {
    JWSHeader header = jwt.getHeader();
    try {
      JWK jwk = JWK.parse(key);
      if (header.getKeyID() != null
          && jwk.getKeyID() != null
          && !Objects.equals(header.getKeyID(), jwk.getKeyID())) {
        return false;
      }
      JWSAlgorithm algorithm = header.getAlgorithm();
      JWSVerifier verifier;
      if (jwk instanceof ECKey ec && algorithm.equals(JWSAlgorithm.ES256)) {
        verifier = new ECDSAVerifier(ec);
      } else if (jwk instanceof RSAKey rsa && RSA.contains(algorithm)) {
        verifier = new RSASSAVerifier(rsa);
      } else {
        return false;
      }
      return jwt.verify(verifier);
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }
}
