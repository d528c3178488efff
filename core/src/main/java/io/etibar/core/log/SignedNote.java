package io.etibar.core.log;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A text and who signed it (C2SP signed-note): the text, an empty line, and a line for each
 * signature.
 *
 * @param text ends with a line's end
 * @param signatures at least one
 */
public record SignedNote(String text, List<Line> signatures) {
  private static final String DASH = "\u2014 ";
  private static final int MAX_SIGNATURES = 100;

  /**
   * A signature.
   *
   * @param name of the key
   * @param value the key's id and the signature, in base64
   */
  public record Line(String name, String value) {
    private byte[] bytes() {
      return Base64.getDecoder().decode(value);
    }
  }

  public SignedNote {
    signatures = List.copyOf(signatures);
    if (!text.endsWith("\n") || signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
      throw new IllegalArgumentException("not a signed note");
    }
    if (text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
      throw new IllegalArgumentException("a note has no control characters");
    }
  }

  /** Signs a text with the private key that belongs to the verifier's. */
  public static SignedNote sign(String text, NoteVerifier verifier, PrivateKey key) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initSign(key);
      ed25519.update(text.getBytes(StandardCharsets.UTF_8));
      byte[] signature = ed25519.sign();
      byte[] value = Arrays.copyOf(verifier.id(), NoteVerifier.ID_LENGTH + signature.length);
      System.arraycopy(signature, 0, value, NoteVerifier.ID_LENGTH, signature.length);
      return new SignedNote(
          text, List.of(new Line(verifier.name(), Base64.getEncoder().encodeToString(value))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key does not sign", e);
    }
  }

  /**
   * Reads a note.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SignedNote parse(String note) {
    int end = note.lastIndexOf("\n\n");
    if (end < 0 || !note.endsWith("\n") || end + 2 == note.length()) {
      throw new IllegalArgumentException("not a signed note");
    }
    List<Line> lines = new ArrayList<>();
    for (String line : note.substring(end + 2, note.length() - 1).split("\n", -1)) {
      String[] parts = line.split(" ", -1);
      if (!line.startsWith(DASH) || parts.length != 3 || parts[1].isEmpty()) {
        throw new IllegalArgumentException("not a signature's line");
      }
      var signature = new Line(parts[1], parts[2]);
      if (signature.bytes().length <= NoteVerifier.ID_LENGTH) {
        throw new IllegalArgumentException("a signature without bytes");
      }
      lines.add(signature);
    }
    return new SignedNote(note.substring(0, end + 1), lines);
  }

  /**
   * Whether this key signed the text. Signatures of other keys are nobody's business; one that says
   * to be of this key and is not spoils the note.
   */
  public boolean isSignedBy(NoteVerifier verifier) {
    byte[] signed = text.getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (Line line : signatures) {
      byte[] value = line.bytes();
      if (line.name().equals(verifier.name())
          && Arrays.equals(Arrays.copyOf(value, NoteVerifier.ID_LENGTH), verifier.id())) {
        byte[] signature = Arrays.copyOfRange(value, NoteVerifier.ID_LENGTH, value.length);
        if (found
            || signature.length != NoteVerifier.SIGNATURE_LENGTH
            || !verifier.verify(signed, signature)) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  /** The written form. */
  @Override
  public String toString() {
    StringBuilder note = new StringBuilder(text).append('\n');
    for (Line line : signatures) {
      note.append(DASH).append(line.name()).append(' ').append(line.value()).append('\n');
    }
    return note.toString();
  }
}
