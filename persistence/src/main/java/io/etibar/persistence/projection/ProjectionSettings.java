package io.etibar.persistence.projection;

import com.typesafe.config.Config;
import io.etibar.persistence.projection.ReadModel.Pace;
import java.time.Duration;

/** Settings of the projections, under {@code etibar.projections}. */
public record ProjectionSettings(
    int groupSize, Duration groupWithin, int slowGroupSize, Duration slowGroupWithin) {

  /** Reads {@code etibar.projections} out of the whole configuration. */
  public static ProjectionSettings from(Config root) {
    Config config = root.getConfig("etibar.projections");
    return new ProjectionSettings(
        config.getInt("group-size"),
        config.getDuration("group-within"),
        config.getInt("slow-group-size"),
        config.getDuration("slow-group-within"));
  }

  int groupSize(Pace pace) {
    return switch (pace) {
      case PROMPT -> groupSize;
      case LAZY -> slowGroupSize;
    };
  }

  Duration groupWithin(Pace pace) {
    return switch (pace) {
      case PROMPT -> groupWithin;
      case LAZY -> slowGroupWithin;
    };
  }
}
