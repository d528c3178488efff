package io.etibar.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every tree up to 130 leaves, every proof of it, and what becomes of a proof that is touched. */
class MerkleTreeTest {
  private static final int MOST = 130;

  /** The entries and roots that RFC 6962's implementations have been tested with from the start. */
  private static final List<String> ENTRIES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private record Node(int level, long index) {}

  private final List<byte[]> entries = new ArrayList<>();
  private final Map<Node, Hash> nodes = new HashMap<>();
  private final List<Frontier> frontiers = new ArrayList<>(List.of(Frontier.empty()));

  private Hash node(int level, long index) {
    Hash hash = nodes.get(new Node(level, index));
    assertNotNull(hash, "node %d of level %d".formatted(index, level));
    return hash;
  }

  private void append(byte[] entry) {
    entries.add(entry);
    frontiers.add(
        frontiers
            .getLast()
            .append(
                Hash.ofLeaf(entry),
                (level, index, hash) -> assertNull(nodes.put(new Node(level, index), hash))));
  }

  private void grow(int size) {
    Random random = new Random(size);
    while (entries.size() < size) {
      byte[] entry = new byte[8 + random.nextInt(40)];
      random.nextBytes(entry);
      append(entry);
    }
  }

  private static List<Hash> hashes(List<byte[]> path) {
    return path.stream().map(Hash::of).toList();
  }

  @Test
  void theRootsThatAllImplementationsAgreeOn() {
    for (String entry : ENTRIES) {
      append(HexFormat.of().parseHex(entry));
    }
    assertEquals(ROOTS, frontiers.stream().map(frontier -> frontier.root().toString()).toList());
  }

  @Test
  void everyRootIsThatOfTheDefinition() {
    grow(MOST);
    for (int size = 0; size <= MOST; size++) {
      Hash expected = Hash.of(NaiveTree.root(entries.subList(0, size)));
      assertEquals(expected, frontiers.get(size).root(), "root of %d".formatted(size));
      assertEquals(frontiers.get(size), Frontier.of(size, this::node));
    }
  }

  @Test
  void everyInclusionProofIsThatOfTheDefinitionAndProvesItsLeafAlone() {
    grow(MOST);
    for (int size = 1; size <= MOST; size++) {
      Hash root = frontiers.get(size).root();
      for (int index = 0; index < size; index++) {
        var proof = InclusionProof.of(index, size, this::node);
        assertEquals(hashes(NaiveTree.path(index, entries.subList(0, size))), proof.path());
        assertTrue(proof.verify(node(0, index), root), "%d of %d".formatted(index, size));
        assertFalse(proof.verify(node(0, (index + 1) % MOST), root));
        assertFalse(proof.verify(node(0, index), frontiers.get(size - 1).root()));
        for (List<Hash> touched : touched(proof.path())) {
          assertFalse(
              new InclusionProof(index, size, touched).verify(node(0, index), root),
              "touched proof of %d of %d".formatted(index, size));
        }
        if (index + 1 < size) {
          assertFalse(
              new InclusionProof(index + 1, size, proof.path()).verify(node(0, index), root),
              "another place");
        }
      }
    }
  }

  @Test
  void everyConsistencyProofIsThatOfTheDefinitionAndNoOtherHistoryFits() {
    grow(MOST);
    for (int to = 1; to <= MOST; to++) {
      Hash toRoot = frontiers.get(to).root();
      for (int from = 1; from <= to; from++) {
        Hash fromRoot = frontiers.get(from).root();
        var proof = ConsistencyProof.of(from, to, this::node);
        assertEquals(hashes(NaiveTree.proof(from, entries.subList(0, to))), proof.path());
        assertTrue(proof.verify(fromRoot, toRoot), "%d to %d".formatted(from, to));
        assertEquals(from == to, proof.verify(toRoot, fromRoot));
        assertFalse(proof.verify(frontiers.get(from - 1).root(), toRoot));
        assertFalse(proof.verify(fromRoot, frontiers.get(to - 1).root()));
        for (List<Hash> touched : touched(proof.path())) {
          assertFalse(
              new ConsistencyProof(from, to, touched).verify(fromRoot, toRoot),
              "touched proof of %d to %d".formatted(from, to));
        }
      }
    }
  }

  @Test
  void nothingIsConsistentWithEverything() {
    grow(3);
    var proof = ConsistencyProof.of(0, 3, this::node);
    assertTrue(proof.path().isEmpty());
    assertTrue(proof.verify(Hash.ofNothing(), frontiers.get(3).root()));
    assertFalse(proof.verify(frontiers.get(1).root(), frontiers.get(3).root()));
  }

  @Test
  void whatNoTreeHasIsRefused() {
    grow(3);
    assertFails("leaf 3", () -> InclusionProof.of(3, 3, this::node));
    assertFails("leaf -1", () -> InclusionProof.of(-1, 3, this::node));
    assertFails("from 4", () -> ConsistencyProof.of(4, 3, this::node));
    assertFails("1 subtrees for 3 leaves", () -> new Frontier(3, List.of(Hash.ofNothing())));
    assertFails("31", () -> Hash.of(new byte[31]));
  }

  /** Each hash changed, left out and doubled, and one more. */
  private static List<List<Hash>> touched(List<Hash> path) {
    List<List<Hash>> all = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      List<Hash> changed = new ArrayList<>(path);
      byte[] bytes = changed.get(i).bytes();
      bytes[i] ^= 1;
      changed.set(i, Hash.of(bytes));
      all.add(changed);
      List<Hash> shorter = new ArrayList<>(path);
      shorter.remove(i);
      all.add(shorter);
      List<Hash> longer = new ArrayList<>(path);
      longer.add(i, path.get(i));
      all.add(longer);
    }
    List<Hash> longer = new ArrayList<>(path);
    longer.add(Hash.ofNothing());
    all.add(longer);
    return all;
  }

  private static void assertFails(String message, Executable executable) {
    String said = assertThrows(IllegalArgumentException.class, executable).getMessage();
    assertTrue(said.contains(message), said);
  }
}
