package io.etibar.core.log;

import java.util.ArrayList;
import java.util.List;

/**
 * That a tree grew out of another by appending alone (RFC 9162, section 2.1.4).
 *
 * @param from leaves of the smaller tree
 * @param to leaves of the larger one
 * @param path hashes in the order of the RFC; none where the sizes are equal or the smaller is
 *     empty
 */
public record ConsistencyProof(long from, long to, List<Hash> path) {

  /** More than any proof can have. */
  static final int MAX_PATH = Long.SIZE;

  public ConsistencyProof {
    path = List.copyOf(path);
    if (from < 0 || from > to || path.size() > MAX_PATH) {
      throw new IllegalArgumentException(
          "no proof: from %d to %d by %d hashes".formatted(from, to, path.size()));
    }
  }

  /**
   * Makes a proof.
   *
   * @throws IllegalArgumentException if {@code from} is negative or above {@code to}
   */
  public static ConsistencyProof of(long from, long to, Nodes nodes) {
    List<Hash> path = new ArrayList<>();
    if (from > 0 && from < to) {
      collect(from, 0, to, true, new Subtrees(nodes), path);
    }
    return new ConsistencyProof(from, to, path);
  }

  /** SUBPROOF of section 2.1.4.1 over the leaves {@code low} to {@code high}. */
  private static void collect(
      long size, long low, long high, boolean whole, Subtrees tree, List<Hash> path) {
    if (low + size == high) {
      if (!whole) {
        path.add(tree.root(low, high));
      }
      return;
    }
    long left = Subtrees.split(high - low);
    if (size <= left) {
      collect(size, low, low + left, whole, tree, path);
      path.add(tree.root(low + left, high));
    } else {
      collect(size - left, low + left, high, false, tree, path);
      path.add(tree.root(low, low + left));
    }
  }

  /** Whether the larger tree begins with the leaves of the smaller one (section 2.1.4.2). */
  public boolean verify(Hash fromRoot, Hash toRoot) {
    if (from == to) {
      return path.isEmpty() && fromRoot.equals(toRoot);
    }
    if (from == 0) {
      return path.isEmpty() && fromRoot.equals(Hash.ofNothing());
    }
    List<Hash> hashes = new ArrayList<>(path);
    if (Long.bitCount(from) == 1) {
      hashes.addFirst(fromRoot);
    }
    if (hashes.isEmpty()) {
      return false;
    }
    long node = from - 1;
    long last = to - 1;
    while ((node & 1) == 1) {
      node >>>= 1;
      last >>>= 1;
    }
    Hash smaller = hashes.getFirst();
    Hash larger = smaller;
    for (Hash hash : hashes.subList(1, hashes.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        smaller = Hash.ofNode(hash, smaller);
        larger = Hash.ofNode(hash, larger);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        larger = Hash.ofNode(larger, hash);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && smaller.equals(fromRoot) && larger.equals(toRoot);
  }
}
