package io.etibar.core.log;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A leaf's place in a signed tree, on its own (C2SP tlog-proof): it can be checked without asking
 * anyone.
 *
 * @param extra what the application adds; here it says what else is needed to check the leaf
 * @param index of the leaf
 * @param path from the leaf to the checkpoint's root
 * @param checkpoint a signed {@link Checkpoint}
 */
public record LogProof(Optional<String> extra, long index, List<Hash> path, SignedNote checkpoint) {
  private static final String HEADER = "c2sp.org/tlog-proof@v1";
  private static final Pattern INDEX = Pattern.compile("index (0|[1-9][0-9]{0,17})");

  /** {@code extra} as base64 of opaque bytes, taken as it is written. */
  public LogProof {
    path = List.copyOf(path);
    extra.ifPresent(text -> Base64.getDecoder().decode(text));
  }

  /**
   * Reads a proof.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static LogProof parse(String text) {
    int end = text.indexOf("\n\n");
    if (end < 0) {
      throw new IllegalArgumentException("not a proof: no empty line before the checkpoint");
    }
    List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\n", -1)));
    if (!lines.removeFirst().equals(HEADER) || lines.isEmpty()) {
      throw new IllegalArgumentException("not a proof: it does not begin with " + HEADER);
    }
    Optional<String> extra = Optional.empty();
    if (lines.getFirst().startsWith("extra ")) {
      extra = Optional.of(lines.removeFirst().substring("extra ".length()));
    }
    if (lines.isEmpty() || lines.size() > 1 + InclusionProof.MAX_PATH) {
      throw new IllegalArgumentException("not a proof: its number of lines");
    }
    var index = INDEX.matcher(lines.removeFirst());
    if (!index.matches()) {
      throw new IllegalArgumentException("not a proof: no index");
    }
    return new LogProof(
        extra,
        Long.parseLong(index.group(1)),
        lines.stream().map(Hash::fromBase64).toList(),
        SignedNote.parse(text.substring(end + 2)));
  }

  /** Whether the leaf is in the log of this key. */
  public boolean verify(Hash leaf, NoteVerifier log) {
    if (!checkpoint.isSignedBy(log)) {
      return false;
    }
    Checkpoint head;
    try {
      head = Checkpoint.parse(checkpoint.text());
    } catch (IllegalArgumentException e) {
      // Signed, but something else than a checkpoint.
      return false;
    }
    return head.origin().equals(log.name())
        && index < head.size()
        && new InclusionProof(index, head.size(), path).verify(leaf, head.root());
  }

  /** The written form. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    extra.ifPresent(bytes -> text.append("extra ").append(bytes).append('\n'));
    text.append("index ").append(index).append('\n');
    path.forEach(hash -> text.append(hash.toBase64()).append('\n'));
    return text.append('\n').append(checkpoint).toString();
  }
}
