package io.etibar.http.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.core.Rejection;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.Retry;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The catalogue, the description and the core know the same problems. */
class ProblemsTest {

  private final OpenApi api = OpenApi.load();

  @Test
  void everyCodeIsDescribedAndEveryDescribedCodeExists() {
    Set<String> described = new TreeSet<>();
    api.document()
        .at("/components/schemas/ProblemCode/enum")
        .forEach(code -> described.add(code.asText()));
    Set<String> existing = new TreeSet<>();
    Arrays.stream(Problem.values()).map(Problem::name).forEach(existing::add);

    assertEquals(existing, described);
  }

  @Test
  void everyRejectionIsAProblemThatSaysWhetherToRepeat() {
    for (Rejection rejection : Rejection.values()) {
      Problem problem = Problem.of(rejection);
      assertEquals(
          rejection.isPassing() ? Retry.RETRIABLE : Retry.NON_RETRIABLE,
          problem.retry(),
          rejection::name);
    }
  }

  @Test
  void statusesFitWhatToDoNext() {
    for (Problem problem : Problem.values()) {
      assertTrue(problem.status() >= 400 && problem.status() < 600, problem::name);
      if (problem.retry() == Retry.UNKNOWN_OUTCOME) {
        assertTrue(problem.status() >= 500, problem::name);
      }
      assertFalse(problem.documentation().isBlank(), problem::name);
    }
  }

  @Test
  void examplesQuoteTheCatalogue() {
    int examples = 0;
    for (JsonNode response : api.document().at("/components/responses")) {
      JsonNode example = response.at("/content/application~1problem+json/example");
      Problem problem = Problem.valueOf(example.path("code").asText());
      assertEquals(problem.status(), example.path("status").asInt(), problem::name);
      assertEquals(problem.retry().name(), example.path("retry").asText(), problem::name);
      assertEquals(problem.documentation(), example.path("title").asText(), problem::name);
      assertEquals(problem.isoReason().orElse(""), example.path("reason").asText(), problem::name);
      examples++;
    }
    assertTrue(examples > 8, "no examples");
  }
}
