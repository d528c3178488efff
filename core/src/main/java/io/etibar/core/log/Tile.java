package io.etibar.core.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of the tree that is fetched at once (C2SP tlog-tiles): up to 256 hashes side by side. A
 * tile of level L holds nodes over 256<sup>L</sup> leaves each. A full tile never changes.
 *
 * @param level from 0, whose hashes are those of the leaves
 * @param index its place among the tiles of its level
 * @param width how many hashes it holds, 1 to 256; fewer than 256 in the last tile of a level
 */
public record Tile(int level, long index, int width) implements Comparable<Tile> {
  /** Hashes in a full tile. */
  public static final int FULL = 256;

  /** Levels of the tree in a level of tiles. */
  public static final int HEIGHT = 8;

  private static final int MAX_LEVEL = 63;

  /** Eighteen digits, which no log has ever needed. */
  private static final long MAX_INDEX = 999_999_999_999_999_999L;

  private static final Pattern PATH =
      Pattern.compile("(0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  public Tile {
    if (level < 0
        || level > MAX_LEVEL
        || index < 0
        || index > MAX_INDEX
        || width < 1
        || width > FULL) {
      throw new IllegalArgumentException(
          "no tile: level %d, index %d, width %d".formatted(level, index, width));
    }
  }

  /** The tile that holds a node, as it is in a tree of so many leaves. */
  public static Tile of(int nodeLevel, long nodeIndex, long size) {
    int level = nodeLevel / HEIGHT;
    // The node's leftmost descendant among the hashes that the tile holds.
    long first = nodeIndex << (nodeLevel % HEIGHT);
    long index = first / FULL;
    return new Tile(level, index, width(level, index, size));
  }

  private static int width(int level, long index, long size) {
    long hashes = level * HEIGHT >= Long.SIZE - 1 ? 0 : size >>> (level * HEIGHT);
    return Math.clamp(hashes - index * FULL, 0, FULL);
  }

  /** The tiles that a tree of {@code to} leaves has and one of {@code from} has not, by level. */
  public static List<Tile> between(long from, long to) {
    List<Tile> tiles = new ArrayList<>();
    for (int level = 0; level * HEIGHT < Long.SIZE - 1 && to >>> (level * HEIGHT) > 0; level++) {
      long before = from >>> (level * HEIGHT);
      long after = to >>> (level * HEIGHT);
      for (long index = before / FULL; index * FULL < after; index++) {
        int width = (int) Math.min(FULL, after - index * FULL);
        if (index * FULL + width > before) {
          tiles.add(new Tile(level, index, width));
        }
      }
    }
    return tiles;
  }

  /**
   * Reads what follows {@code tile/} in an address, or nothing where it is no tile's.
   *
   * @param path such as {@code 0/x001/x234/067} or {@code 1/000.p/17}
   */
  public static Optional<Tile> parse(String path) {
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int level = Integer.parseInt(parts.group(1));
    int width = parts.group(3) == null ? FULL : Integer.parseInt(parts.group(3));
    if (level > MAX_LEVEL || (parts.group(3) != null && width >= FULL)) {
      return Optional.empty();
    }
    long index = Long.parseLong(parts.group(2).replace("x", "").replace("/", ""));
    var tile = new Tile(level, index, width);
    // One address for each tile: no zeros in front but those that fill up three digits.
    return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
  }

  /** Whether it will never change. */
  public boolean isFull() {
    return width == FULL;
  }

  /** What follows {@code tile/} in its address. */
  public String path() {
    String digits = Long.toString(index);
    String padded = "0".repeat((3 - digits.length() % 3) % 3) + digits;
    StringBuilder path = new StringBuilder().append(level).append('/');
    for (int i = 0; i < padded.length(); i += 3) {
      boolean last = i + 3 == padded.length();
      path.append(last ? "" : "x").append(padded, i, i + 3).append(last ? "" : "/");
    }
    return isFull() ? path.toString() : path + ".p/" + width;
  }

  /**
   * The node of a perfect subtree, out of the hashes of the tile that holds it.
   *
   * @param hashes the tile's bytes
   * @throws IllegalArgumentException if it is not in this tile
   */
  public Hash node(int nodeLevel, long nodeIndex, byte[] hashes) {
    int above = nodeLevel - level * HEIGHT;
    long first = (nodeIndex << above) - index * FULL;
    if (above < 0 || above >= HEIGHT || first < 0 || first + (1L << above) > width) {
      throw new IllegalArgumentException(
          "node %d of level %d is not in %s".formatted(nodeIndex, nodeLevel, this));
    }
    return root(hashes, (int) first, 1 << above);
  }

  private static Hash root(byte[] hashes, int first, int count) {
    if (count == 1) {
      return Hash.of(Arrays.copyOfRange(hashes, first * Hash.LENGTH, (first + 1) * Hash.LENGTH));
    }
    int half = count / 2;
    return Hash.ofNode(root(hashes, first, half), root(hashes, first + half, half));
  }

  @Override
  public int compareTo(Tile other) {
    int byLevel = Integer.compare(level, other.level);
    int byIndex = byLevel != 0 ? byLevel : Long.compare(index, other.index);
    return byIndex != 0 ? byIndex : Integer.compare(width, other.width);
  }
}
