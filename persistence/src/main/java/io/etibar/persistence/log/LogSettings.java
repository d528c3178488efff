package io.etibar.persistence.log;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Settings of the log, under {@code etibar.log}.
 *
 * @param sequencerInterval how long the sequencer rests when there was nothing more to do
 * @param sequencerBatch events that get their indexes in one transaction
 * @param feedInterval how long the feed rests when there was nothing new
 * @param feedBatch events that are read at once
 * @param feedWindow latest events held in memory for the node's readers
 * @param lagAlarm age of an event without an index above which a warning is logged
 */
public record LogSettings(
    Duration sequencerInterval,
    int sequencerBatch,
    Duration feedInterval,
    int feedBatch,
    int feedWindow,
    Duration lagAlarm) {

  public LogSettings {
    if (sequencerBatch < 1 || feedBatch < 1 || feedWindow < feedBatch) {
      throw new IllegalArgumentException(
          "etibar.log: batches must be positive, and the window at least a batch");
    }
    if (sequencerInterval.toMillis() < 1 || feedInterval.toMillis() < 1) {
      throw new IllegalArgumentException("etibar.log: intervals must be at least a millisecond");
    }
  }

  /** Reads {@code etibar.log} out of the whole configuration. */
  public static LogSettings from(Config root) {
    Config config = root.getConfig("etibar.log");
    return new LogSettings(
        config.getDuration("sequencer-interval"),
        config.getInt("sequencer-batch"),
        config.getDuration("feed-interval"),
        config.getInt("feed-batch"),
        config.getInt("feed-window"),
        config.getDuration("lag-alarm"));
  }
}
