package io.etibar.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiles and their addresses (C2SP tlog-tiles). */
class TileTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 256, 0/000",
    "0, 1234067, 256, 0/x001/x234/067",
    "0, 273, 112, 0/273.p/112",
    "1, 1, 17, 1/001.p/17",
    "63, 999, 1, 63/999.p/1",
    "2, 1000, 256, 2/x001/000",
    "0, 999999999999999999, 256, 0/x999/x999/x999/x999/x999/999"
  })
  void hasOneAddress(int level, long index, int width, String path) {
    var tile = new Tile(level, index, width);
    assertEquals(path, tile.path());
    assertEquals(Optional.of(tile), Tile.parse(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0/",
        "0/0",
        "0/00",
        "0/0000",
        "00/000",
        "64/000",
        "-1/000",
        "0/x000/000",
        "0/x001/x234/67",
        "0/001/234",
        "0/x1234/067",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000.p/1/",
        "0/000/",
        "/0/000",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/x010/x000/x000/x000/x000/x000/x000/000",
        "0/../000"
      })
  void anythingElseIsNone(String path) {
    assertTrue(Tile.parse(path).isEmpty());
  }

  @Test
  void everyNodeOfATreeIsFoundInTheTilesOfItsSize() {
    int size = 256 * 256 + 256 + 3;
    Map<Integer, ByteArrayOutputStream> levels = new HashMap<>();
    Map<List<Long>, Hash> nodes = new HashMap<>();
    Frontier frontier = Frontier.empty();
    for (int i = 0; i < size; i++) {
      Hash leaf = Hash.ofLeaf(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)});
      frontier =
          frontier.append(
              leaf,
              (level, index, hash) -> {
                nodes.put(List.of((long) level, index), hash);
                if (level % Tile.HEIGHT == 0) {
                  levels
                      .computeIfAbsent(level / Tile.HEIGHT, l -> new ByteArrayOutputStream())
                      .writeBytes(hash.bytes());
                }
              });
    }
    Map<Integer, byte[]> bytes = new HashMap<>();
    levels.forEach((level, out) -> bytes.put(level, out.toByteArray()));
    Set<Tile> used = new HashSet<>();
    nodes.forEach(
        (node, hash) -> {
          int level = node.get(0).intValue();
          var tile = Tile.of(level, node.get(1), size);
          used.add(tile);
          int from = (int) tile.index() * Tile.FULL * Hash.LENGTH;
          byte[] part =
              Arrays.copyOfRange(bytes.get(tile.level()), from, from + tile.width() * Hash.LENGTH);
          assertEquals(hash, tile.node(level, node.get(1), part));
        });
    assertEquals(Set.copyOf(Tile.between(0, size)), used);
    List<Tile> all = Tile.between(0, size);
    assertTrue(all.containsAll(List.of(new Tile(0, 257, 3), new Tile(1, 1, 1), new Tile(2, 0, 1))));
    assertEquals(258 + 2 + 1, all.size());
  }

  @Test
  void growingWritesOnlyWhatIsNew() {
    assertTrue(Tile.between(0, 0).isEmpty());
    assertTrue(Tile.between(5, 5).isEmpty());
    assertEquals(List.of(new Tile(0, 0, 1)), Tile.between(0, 1));
    assertEquals(List.of(new Tile(0, 0, 256), new Tile(1, 0, 1)), Tile.between(255, 256));
    assertEquals(List.of(new Tile(0, 1, 1)), Tile.between(256, 257));
    assertEquals(
        List.of(new Tile(0, 1, 256), new Tile(0, 2, 188), new Tile(1, 0, 2)),
        Tile.between(300, 700));
  }

  @Test
  void aNodeOfAnotherTileIsRefused() {
    var tile = new Tile(0, 1, 3);
    byte[] hashes = new byte[3 * Hash.LENGTH];
    assertFails("node 255", () -> tile.node(0, 255, hashes));
    assertFails("node 259", () -> tile.node(0, 259, hashes));
    assertFails("node 129", () -> tile.node(1, 129, hashes));
    assertFails("level 8", () -> tile.node(8, 0, hashes));
    assertEquals(Hash.ofNode(zero(), zero()), tile.node(1, 128, hashes));
  }

  private static Hash zero() {
    return Hash.of(new byte[Hash.LENGTH]);
  }

  private static void assertFails(String message, Executable executable) {
    String said = assertThrows(IllegalArgumentException.class, executable).getMessage();
    assertTrue(said.contains(message), said);
  }
}
