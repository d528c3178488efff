package io.etibar.http.entity;

import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillId;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.PaymentId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The sharded entities of a node, and the way to reach each of them wherever it lives. */
public final class Shards {

  /** The names of all entity types. */
  public static final List<String> TYPES =
      List.of(
          Participant.TYPE_KEY.name(),
          Biller.TYPE_KEY.name(),
          Bill.TYPE_KEY.name(),
          Payment.TYPE_KEY.name());

  private final ClusterSharding sharding;

  private Shards(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /** Starts the shard regions of this node. */
  public static Shards start(
      ActorSystem<?> system, InstantSource clock, Duration reservationTimeout) {
    ClusterSharding sharding = ClusterSharding.get(system);
    Shards shards = new Shards(sharding);
    sharding.init(
        Entity.of(
            Participant.TYPE_KEY,
            entity -> Participant.create(new ParticipantId(entity.getEntityId()), clock)));
    sharding.init(
        Entity.of(
            Biller.TYPE_KEY, entity -> Biller.create(new BillerId(entity.getEntityId()), clock)));
    sharding.init(
        Entity.of(
            Bill.TYPE_KEY,
            entity -> Bill.create(BillId.fromEntityId(entity.getEntityId()), clock)));
    sharding.init(
        Entity.of(
            Payment.TYPE_KEY,
            entity ->
                Payment.create(
                    new PaymentId(entity.getEntityId()),
                    clock,
                    shards::bill,
                    entity.getShard(),
                    reservationTimeout)));
    return shards;
  }

  public EntityRef<Participant.Command> participant(ParticipantId id) {
    return sharding.entityRefFor(Participant.TYPE_KEY, id.value());
  }

  public EntityRef<Biller.Command> biller(BillerId id) {
    return sharding.entityRefFor(Biller.TYPE_KEY, id.value());
  }

  public EntityRef<Bill.Command> bill(BillId id) {
    return sharding.entityRefFor(Bill.TYPE_KEY, id.entityId());
  }

  public EntityRef<Payment.Command> payment(PaymentId id) {
    return sharding.entityRefFor(Payment.TYPE_KEY, id.value());
  }
}
