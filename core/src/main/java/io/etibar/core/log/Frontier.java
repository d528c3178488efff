package io.etibar.core.log;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a tree: the roots of its perfect subtrees, the largest first. It is all that is
 * needed to append leaves and to know the root, and grows with the logarithm of the size.
 *
 * @param size leaves in the tree
 * @param subtrees one for each bit that is set in the size, from the highest
 */
public record Frontier(long size, List<Hash> subtrees) {

  public Frontier {
    subtrees = List.copyOf(subtrees);
    if (size < 0 || subtrees.size() != Long.bitCount(size)) {
      throw new IllegalArgumentException(
          "%d subtrees for %d leaves".formatted(subtrees.size(), size));
    }
  }

  /** Of a tree without leaves. */
  public static Frontier empty() {
    return new Frontier(0, List.of());
  }

  /** Of the first leaves of a tree whose nodes are known. */
  public static Frontier of(long size, Nodes nodes) {
    List<Hash> subtrees = new ArrayList<>();
    long from = 0;
    for (int level = Long.SIZE - 2; level >= 0; level--) {
      if (((size >>> level) & 1) == 1) {
        subtrees.add(nodes.node(level, from >>> level));
        from += 1L << level;
      }
    }
    return new Frontier(size, subtrees);
  }

  /**
   * The edge with one leaf more.
   *
   * @param created told each node that this leaf completes, the leaf's own hash first
   */
  public Frontier append(Hash leaf, NodeSink created) {
    List<Hash> edge = new ArrayList<>(subtrees);
    Hash hash = leaf;
    int level = 0;
    created.node(level, size, hash);
    for (long rest = size; (rest & 1) == 1; rest >>>= 1) {
      hash = Hash.ofNode(edge.removeLast(), hash);
      level++;
      created.node(level, size >>> level, hash);
    }
    edge.add(hash);
    return new Frontier(size + 1, edge);
  }

  /** The edge with one leaf more. */
  public Frontier append(Hash leaf) {
    return append(leaf, (level, index, hash) -> {});
  }

  /** The root of the tree. */
  public Hash root() {
    if (subtrees.isEmpty()) {
      return Hash.ofNothing();
    }
    Hash root = subtrees.getLast();
    for (int i = subtrees.size() - 2; i >= 0; i--) {
      root = Hash.ofNode(subtrees.get(i), root);
    }
    return root;
  }

  /** Takes nodes of perfect subtrees. */
  @FunctionalInterface
  public interface NodeSink {
    /**
     * Takes a node.
     *
     * @param level the height of its subtree: it is over 2<sup>level</sup> leaves
     * @param index its place among the nodes of its level
     */
    void node(int level, long index, Hash hash);
  }
}
