package io.etibar.core.log;

/** Roots over ranges of leaves, from the nodes of perfect subtrees. */
final class Subtrees {
  private final Nodes nodes;

  Subtrees(Nodes nodes) {
    this.nodes = nodes;
  }

  /** The largest power of two below a number of leaves above 1 (RFC 9162, section 2.1.1). */
  static long split(long leaves) {
    return Long.highestOneBit(leaves - 1);
  }

  /** The root over the leaves of a range that begins where a subtree of its size may begin. */
  Hash root(long from, long to) {
    long leaves = to - from;
    if (Long.bitCount(leaves) == 1) {
      int level = Long.numberOfTrailingZeros(leaves);
      return nodes.node(level, from >>> level);
    }
    long middle = from + split(leaves);
    return Hash.ofNode(root(from, middle), root(middle, to));
  }
}
