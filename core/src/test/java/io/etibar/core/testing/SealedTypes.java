package io.etibar.core.testing;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The records under sealed interfaces, so that a new one cannot be forgotten. */
public final class SealedTypes {
  private SealedTypes() {}

  /** The names of all records that implement any of these interfaces. */
  public static Set<String> recordsOf(Class<?>... roots) {
    Set<String> names = new TreeSet<>();
    Stream.of(roots).flatMap(SealedTypes::leaves).forEach(type -> names.add(nameOf(type)));
    return names;
  }

  /** The names of the records that these are. */
  public static Set<String> namesOf(Collection<?> records) {
    Set<String> names = new TreeSet<>();
    records.forEach(one -> names.add(nameOf(one.getClass())));
    return names;
  }

  /** Such as {@code Payment.PaymentCommitted}. */
  public static String nameOf(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer == null ? type.getSimpleName() : nameOf(outer) + "." + type.getSimpleName();
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(SealedTypes::leaves)
        : Stream.of(type);
  }
}
