package io.etibar.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way from a leaf to a root (RFC 9162, section 2.1.3).
 *
 * @param index the leaf's place, from 0
 * @param size leaves in the tree
 * @param path the hashes beside the way, from the leaf up
 */
public record InclusionProof(long index, long size, List<Hash> path) {

  /** More than any proof can have. */
  static final int MAX_PATH = Long.SIZE - 1;

  public InclusionProof {
    path = List.copyOf(path);
    if (index < 0 || index >= size || path.size() > MAX_PATH) {
      throw new IllegalArgumentException(
          "no proof: leaf %d of %d by %d hashes".formatted(index, size, path.size()));
    }
  }

  /**
   * Makes a proof.
   *
   * @throws IllegalArgumentException if the tree has no such leaf
   */
  public static InclusionProof of(long index, long size, Nodes nodes) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("a tree of %d has no leaf %d".formatted(size, index));
    }
    List<Hash> path = new ArrayList<>();
    var tree = new Subtrees(nodes);
    // From the root down: at each split, what is not on the way is part of the proof.
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long middle = from + Subtrees.split(to - from);
      if (index < middle) {
        path.addFirst(tree.root(middle, to));
        to = middle;
      } else {
        path.addFirst(tree.root(from, middle));
        from = middle;
      }
    }
    return new InclusionProof(index, size, path);
  }

  /** The root that follows from this leaf, or nothing where the path has not the right length. */
  public Optional<Hash> root(Hash leaf) {
    long node = index;
    long last = size - 1;
    Hash root = leaf;
    for (Hash beside : path) {
      if (last == 0) {
        return Optional.empty();
      }
      if ((node & 1) == 1 || node == last) {
        root = Hash.ofNode(beside, root);
        // A node without a right sibling goes up as it is, to where it has a left one.
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        root = Hash.ofNode(root, beside);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 ? Optional.of(root) : Optional.empty();
  }

  /** Whether the leaf is at this place of the tree with this root (section 2.1.3.2). */
  public boolean verify(Hash leaf, Hash root) {
    return root(leaf).filter(root::equals).isPresent();
  }
}
