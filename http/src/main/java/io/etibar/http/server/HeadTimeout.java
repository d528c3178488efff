package io.etibar.http.server;

import akka.http.javadsl.model.HttpRequest;
import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import java.time.Duration;

/**
 * Closes a connection that brings no whole head of a request in time. Akka's own idle timeout does
 * not notice a client that sends its head byte by byte.
 */
final class HeadTimeout extends GraphStage<FlowShape<HttpRequest, HttpRequest>> {
  private final Inlet<HttpRequest> in = Inlet.create("HeadTimeout.in");
  private final Outlet<HttpRequest> out = Outlet.create("HeadTimeout.out");
  private final FlowShape<HttpRequest, HttpRequest> shape = FlowShape.of(in, out);
  private final Duration timeout;

  /**
   * @param timeout from the connection's beginning, or the last answer, to the next request; kept
   *     to within a quarter of it
   */
  HeadTimeout(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public FlowShape<HttpRequest, HttpRequest> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new TimerGraphStageLogic(shape) {
      private boolean waiting;
      private long since;

      {
        setHandler(
            in,
            new AbstractInHandler() {
              @Override
              public void onPush() {
                waiting = false;
                push(out, grab(in));
              }
            });
        setHandler(
            out,
            new AbstractOutHandler() {
              @Override
              public void onPull() {
                waiting = true;
                since = System.nanoTime();
                pull(in);
              }
            });
      }

      @Override
      public void preStart() {
        // One timer a connection, not one a request.
        scheduleAtFixedRate("check", timeout.dividedBy(4), timeout.dividedBy(4));
      }

      @Override
      public void onTimer(Object key) {
        if (waiting && System.nanoTime() - since > timeout.toNanos()) {
          completeStage();
        }
      }
    };
  }
}
