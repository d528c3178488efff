package io.etibar.core;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next where the next page begins, or null after the last one
 */
public record Page<T>(List<T> items, @Nullable String next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * A page of at most so many items.
   *
   * @param found the items from the page's beginning on, one more than the limit where there are
   *     more
   * @param cursor what names an item to one who asks for those after it
   */
  public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
    return found.size() <= limit
        ? new Page<>(found, null)
        : new Page<>(found.subList(0, limit), cursor.apply(found.get(limit - 1)));
  }
}
