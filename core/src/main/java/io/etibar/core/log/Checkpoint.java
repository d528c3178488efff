package io.etibar.core.log;

import java.util.regex.Pattern;

/**
 * The head of the tree as it is signed (C2SP tlog-checkpoint): three lines, each of which ends.
 *
 * @param origin what log this is, as a URL without a scheme
 * @param size leaves
 */
public record Checkpoint(String origin, long size, Hash root) {
  private static final Pattern ORIGIN = Pattern.compile("[\\x21-\\x2a\\x2c-\\x7e]{1,255}");
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");

  public Checkpoint {
    // Printable, no space and no plus: it is also the name of the key, which allows no others.
    if (!ORIGIN.matcher(origin).matches()) {
      throw new IllegalArgumentException("an origin has 1 to 255 visible characters and no plus");
    }
    if (size < 0 || (size == 0 && !root.equals(Hash.ofNothing()))) {
      throw new IllegalArgumentException("no such tree");
    }
  }

  /** The text of the note. */
  public String text() {
    return origin + "\n" + size + "\n" + root.toBase64() + "\n";
  }

  /**
   * Reads a note's text. Lines after the third, which others may add, are refused: this log has
   * none, and none is looked at.
   *
   * @throws IllegalArgumentException if it is not a checkpoint's
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 4 || !lines[3].isEmpty() || !SIZE.matcher(lines[1]).matches()) {
      throw new IllegalArgumentException("not the text of a checkpoint");
    }
    // A size of 19 digits may still be more than a long holds.
    return new Checkpoint(lines[0], Long.parseLong(lines[1]), Hash.fromBase64(lines[2]));
  }
}
