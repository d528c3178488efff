package io.etibar.core.log;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** The definitions of RFC 9162, section 2.1, word for word, over the list of all leaves. */
final class NaiveTree {
  private NaiveTree() {}

  /** MTH, section 2.1.1. */
  static byte[] root(List<byte[]> entries) {
    if (entries.isEmpty()) {
      return sha256(new byte[0]);
    }
    if (entries.size() == 1) {
      byte[] entry = entries.getFirst();
      return sha256(ByteBuffer.allocate(1 + entry.length).put((byte) 0).put(entry).array());
    }
    int k = split(entries.size());
    byte[] left = root(entries.subList(0, k));
    byte[] right = root(entries.subList(k, entries.size()));
    return sha256(ByteBuffer.allocate(65).put((byte) 1).put(left).put(right).array());
  }

  /** PATH, section 2.1.3.1. */
  static List<byte[]> path(int m, List<byte[]> entries) {
    if (entries.size() == 1) {
      return List.of();
    }
    int k = split(entries.size());
    List<byte[]> left = entries.subList(0, k);
    List<byte[]> right = entries.subList(k, entries.size());
    return m < k ? and(path(m, left), root(right)) : and(path(m - k, right), root(left));
  }

  /** PROOF, section 2.1.4.1. */
  static List<byte[]> proof(int m, List<byte[]> entries) {
    return subproof(m, entries, true);
  }

  private static List<byte[]> subproof(int m, List<byte[]> entries, boolean whole) {
    if (m == entries.size()) {
      return whole ? List.of() : List.of(root(entries));
    }
    int k = split(entries.size());
    List<byte[]> left = entries.subList(0, k);
    List<byte[]> right = entries.subList(k, entries.size());
    return m <= k
        ? and(subproof(m, left, whole), root(right))
        : and(subproof(m - k, right, false), root(left));
  }

  private static int split(int n) {
    int k = 1;
    while (2 * k < n) {
      k *= 2;
    }
    return k;
  }

  private static List<byte[]> and(List<byte[]> path, byte[] hash) {
    List<byte[]> all = new ArrayList<>(path);
    all.add(hash);
    return all;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
