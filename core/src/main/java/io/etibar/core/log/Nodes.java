package io.etibar.core.log;

/** Where the nodes of perfect subtrees are found. */
@FunctionalInterface
public interface Nodes {
  /**
   * The root of a perfect subtree.
   *
   * @param level the height of the subtree: it is over 2<sup>level</sup> leaves
   * @param index its place among the nodes of its level; its first leaf is {@code index << level}
   */
  Hash node(int level, long index);
}
