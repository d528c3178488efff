package io.etibar.http.json;

import akka.http.javadsl.model.HttpResponse;
import io.etibar.core.Page;
import java.util.function.Function;

/** Pages of lists: {@code {"items": […], "next": "…"}}, without {@code next} on the last one. */
public final class Pages {

  private Pages() {}

  /** The answer that a page is. */
  public static <T> HttpResponse answer(Page<T> page, Function<T, Json.Writer> item) {
    return Answers.ok(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("items");
          for (T one : page.items()) {
            item.apply(one).write(json);
          }
          json.writeEndArray();
          if (page.next() != null) {
            json.writeStringField("next", page.next());
          }
          json.writeEndObject();
        });
  }
}
