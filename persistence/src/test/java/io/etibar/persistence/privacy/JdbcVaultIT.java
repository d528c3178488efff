package io.etibar.persistence.privacy;

import static io.etibar.persistence.TestNode.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.etibar.core.privacy.Sealed;
import io.etibar.core.privacy.Vault.Plain;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JdbcVaultIT {
  private static final MasterKey KEY = key(1);
  private static Database database;
  private static JdbcVault vault;

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
    vault = JdbcVault.open(database, KEY);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void sealsTheSameToTheSameAndOpensForItsSubjectAlone() {
    List<Sealed> sealed =
        await(
            vault.seal(
                List.of(
                    new Plain("bill/water/1", "Əli Əliyev"),
                    new Plain("bill/water/2", "Əli Əliyev"),
                    new Plain("bill/water/1", "Əli Əliyev"),
                    new Plain("bill/water/1", ""))));
    assertEquals(sealed.get(0), sealed.get(2));
    assertNotEquals(sealed.get(0), sealed.get(1));
    assertEquals(
        sealed.get(0),
        await(JdbcVault.open(database, KEY).seal(List.of(new Plain("bill/water/1", "Əli Əliyev"))))
            .getFirst(),
        "on any node");
    assertEquals(Optional.of("Əli Əliyev"), await(vault.open("bill/water/1", sealed.get(0))));
    assertEquals(Optional.of(""), await(vault.open("bill/water/1", sealed.get(3))));
    assertEquals(Optional.empty(), await(vault.open("bill/water/2", sealed.get(0))));
    assertEquals(Optional.empty(), await(vault.open("bill/water/unknown", sealed.get(0))));
  }

  @Test
  void destroyedIsDestroyedForGood() {
    Plain plain = new Plain("person", "secret");
    Sealed before = await(vault.seal(List.of(plain))).getFirst();
    await(vault.destroy("person"));
    assertEquals(Optional.empty(), await(vault.open("person", before)));
    Sealed after = await(vault.seal(List.of(plain))).getFirst();
    assertNotEquals(before, after, "a new key");
    assertEquals(Optional.empty(), await(vault.open("person", before)));
    assertEquals(Optional.of("secret"), await(vault.open("person", after)));
  }

  @Test
  void noticesWhatWasChanged() {
    Sealed sealed = await(vault.seal(List.of(new Plain("tampered", "secret")))).getFirst();
    byte[] bytes = Base64.getUrlDecoder().decode(sealed.value());
    bytes[bytes.length - 1] ^= 1;
    Sealed changed = new Sealed(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    assertThrows(IllegalStateException.class, () -> await(vault.open("tampered", changed)));
  }

  @Test
  void nodesThatSealTheSameSubjectsAtOnceAgree() {
    List<Plain> items = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      items.add(new Plain("concurrent/" + i, "text " + i));
    }
    List<CompletionStage<List<Sealed>>> results = new ArrayList<>();
    for (int node = 0; node < 8; node++) {
      List<Plain> rotated = new ArrayList<>(items);
      java.util.Collections.rotate(rotated, node * 25);
      results.add(JdbcVault.open(database, KEY).seal(rotated));
    }
    List<Sealed> expected = await(results.getFirst());
    for (int node = 0; node < 8; node++) {
      List<Sealed> got = new ArrayList<>(await(results.get(node)));
      java.util.Collections.rotate(got, -node * 25);
      assertEquals(expected, got);
    }
  }

  @Test
  void theTableNamesNobodyAndHoldsNoBareKey() throws Exception {
    await(vault.seal(List.of(new Plain("bill/water/named", "secret"))));
    String table =
        await(
            database.async(
                connection -> {
                  try (var row =
                      connection
                          .createStatement()
                          .executeQuery(
                              "SELECT string_agg(encode(subject, 'escape') || length(wrapped), ',')"
                                  + " FROM subject_key")) {
                    row.next();
                    return row.getString(1);
                  }
                }));
    assertFalse(table.contains("water"));
  }

  @Test
  void anotherMasterKeyDoesNotOpenTheVault() {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> JdbcVault.open(database, key(2)));
    assertTrue(refused.getMessage().contains("ETIBAR_MASTER_KEY"));
  }

  @Test
  void theMasterKeyIsMadeOnceInAFileForItsOwnerAlone() throws Exception {
    Path directory = TestDatabase.temporaryDirectory();
    var config = ConfigFactory.load();
    MasterKey first = MasterKey.from(config, directory);
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("master.key"))));
    assertEquals(
        new String(first.bytes(), StandardCharsets.ISO_8859_1),
        new String(MasterKey.from(config, directory).bytes(), StandardCharsets.ISO_8859_1));
    assertEquals(1, directory.toFile().list().length);
  }

  private static MasterKey key(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return MasterKey.from(
        ConfigFactory.parseMap(
            Map.of("etibar.privacy.master-key", Base64.getEncoder().encodeToString(bytes))),
        Path.of("unused"));
  }
}
