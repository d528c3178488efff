package io.etibar.persistence.privacy;

import io.etibar.core.privacy.Sealed;
import io.etibar.core.privacy.Vault;
import io.etibar.persistence.database.Database;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vault with its keys in a table, each wrapped (AES-256-GCM) by the master key. Keys are not
 * kept in memory, so that a destroyed one is gone from all nodes at once.
 */
public final class JdbcVault implements Vault {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Database database;
  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec wrapping;
  private final byte[] naming;

  /**
   * Opens the vault of this database.
   *
   * @throws IllegalStateException when its keys are wrapped by another master key
   */
  public static JdbcVault open(Database database, MasterKey masterKey) {
    JdbcVault vault = new JdbcVault(database, masterKey);
    byte[] proof = SubjectCipher.digest(masterKey.bytes(), "proof");
    try {
      vault.check(proof);
    } catch (SQLException e) {
      throw new IllegalStateException("The vault cannot be opened", e);
    }
    return vault;
  }

  private JdbcVault(Database database, MasterKey masterKey) {
    this.database = database;
    this.wrapping = new SecretKeySpec(SubjectCipher.digest(masterKey.bytes(), "wrapping"), "AES");
    this.naming = SubjectCipher.digest(masterKey.bytes(), "naming");
  }

  @Override
  public CompletionStage<List<Sealed>> seal(List<Plain> items) {
    Map<String, byte[]> names = new HashMap<>();
    items.forEach(item -> names.computeIfAbsent(item.subject(), this::name));
    return database.async(
        connection -> {
          Map<ByteBuffer, SubjectCipher> ciphers = ciphers(connection, names.values());
          List<Sealed> sealed = new ArrayList<>(items.size());
          for (Plain item : items) {
            SubjectCipher cipher = ciphers.get(ByteBuffer.wrap(names.get(item.subject())));
            if (cipher == null) {
              // Destroyed in the very moment between making it and reading it.
              throw new CompletionException(
                  new IllegalStateException("A subject's key was destroyed meanwhile"));
            }
            sealed.add(cipher.seal(item.text()));
          }
          return sealed;
        });
  }

  @Override
  public CompletionStage<Optional<String>> open(String subject, Sealed sealed) {
    byte[] name = name(subject);
    return database.async(
        connection ->
            Optional.ofNullable(read(connection, List.of(name)).get(ByteBuffer.wrap(name)))
                .flatMap(cipher -> cipher.open(sealed)));
  }

  @Override
  public CompletionStage<Void> destroy(String subject) {
    byte[] name = name(subject);
    return database.async(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("DELETE FROM subject_key WHERE subject = ?")) {
            statement.setBytes(1, name);
            statement.executeUpdate();
            return null;
          }
        });
  }

  private void check(byte[] proof) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO master_key (id, proof) VALUES (1, ?) ON CONFLICT DO NOTHING")) {
        insert.setBytes(1, proof);
        insert.executeUpdate();
      }
      try (PreparedStatement query =
              connection.prepareStatement("SELECT proof FROM master_key WHERE id = 1");
          ResultSet row = query.executeQuery()) {
        if (!row.next() || !MessageDigest.isEqual(row.getBytes(1), proof)) {
          throw new IllegalStateException(
              "The personal data in this database are sealed under another master key. Set"
                  + " ETIBAR_MASTER_KEY to the one that the first node used (master.key in its data"
                  + " directory).");
        }
      }
    }
  }

  private Map<ByteBuffer, SubjectCipher> ciphers(Connection connection, Collection<byte[]> names)
      throws SQLException {
    Map<ByteBuffer, SubjectCipher> ciphers = read(connection, names);
    // In order, so that two nodes that make the same keys wait for one another and do not deadlock.
    TreeSet<ByteBuffer> missing = new TreeSet<>();
    names.forEach(name -> missing.add(ByteBuffer.wrap(name)));
    missing.removeAll(ciphers.keySet());
    if (!missing.isEmpty()) {
      List<byte[]> missingNames = missing.stream().map(ByteBuffer::array).toList();
      insert(connection, missingNames);
      ciphers.putAll(read(connection, missingNames));
    }
    return ciphers;
  }

  private Map<ByteBuffer, SubjectCipher> read(Connection connection, Collection<byte[]> names)
      throws SQLException {
    Map<ByteBuffer, SubjectCipher> ciphers = new HashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT subject, wrapped FROM subject_key WHERE subject = ANY (?)")) {
      query.setArray(1, connection.createArrayOf("bytea", names.toArray(byte[][]::new)));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          byte[] name = row.getBytes(1);
          ciphers.put(
              ByteBuffer.wrap(name), new SubjectCipher(unwrap(name, row.getBytes(2)), name));
        }
      }
    }
    return ciphers;
  }

  private void insert(Connection connection, List<byte[]> names) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO subject_key (subject, wrapped)
            SELECT * FROM unnest(CAST(? AS BYTEA[]), CAST(? AS BYTEA[])) ON CONFLICT DO NOTHING
            """)) {
      insert.setArray(1, connection.createArrayOf("bytea", names.toArray(byte[][]::new)));
      insert.setArray(
          2,
          connection.createArrayOf(
              "bytea", names.stream().map(this::newKey).toArray(byte[][]::new)));
      insert.executeUpdate();
    }
  }

  private byte[] name(String subject) {
    return SubjectCipher.digest(naming, subject.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] newKey(byte[] name) {
    byte[] key = new byte[KEY_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(key);
    random.nextBytes(nonce);
    try {
      byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(key);
      return ByteBuffer.allocate(NONCE_BYTES + ciphertext.length)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Wrapping a key failed", e);
    }
  }

  private byte[] unwrap(byte[] name, byte[] wrapped) {
    try {
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrapped, NONCE_BYTES), name)
          .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A subject's key was changed in the database", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] name) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, wrapping, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name);
    return cipher;
  }
}
