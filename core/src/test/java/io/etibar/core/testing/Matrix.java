package io.etibar.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * What an entity does with each command in each state, as text: a line {@code in state:}, and below
 * it a line {@code command = outcome} for each command.
 */
public record Matrix(Map<String, Map<String, String>> outcomes) {

  public static Matrix parse(String text) {
    Map<String, Map<String, String>> outcomes = new LinkedHashMap<>();
    Map<String, String> rows = Map.of();
    for (String line : text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      if (line.startsWith("in ") && line.endsWith(":")) {
        rows = new LinkedHashMap<>();
        outcomes.put(line.substring(3, line.length() - 1), rows);
      } else {
        int equals = line.indexOf('=');
        rows.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
      }
    }
    return new Matrix(outcomes);
  }

  /** One test a cell, after one that no cell is missing. */
  public Stream<DynamicNode> tests(
      Set<String> states, Set<String> commands, BiFunction<String, String, String> actual) {
    List<DynamicNode> nodes = new ArrayList<>();
    nodes.add(DynamicTest.dynamicTest("states", () -> assertEquals(states, outcomes.keySet())));
    outcomes.forEach(
        (state, rows) -> {
          List<DynamicNode> cells = new ArrayList<>();
          cells.add(
              DynamicTest.dynamicTest("commands", () -> assertEquals(commands, rows.keySet())));
          rows.forEach(
              (command, outcome) ->
                  cells.add(
                      DynamicTest.dynamicTest(
                          command,
                          () ->
                              assertEquals(
                                  outcome,
                                  actual.apply(state, command),
                                  () -> command + " in " + state))));
          nodes.add(DynamicContainer.dynamicContainer(state, cells));
        });
    return nodes.stream();
  }
}
