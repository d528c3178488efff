package io.etibar.core;

import static io.etibar.core.testing.Samples.ACTION;
import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.BILLER;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.PAYMENT;
import static io.etibar.core.testing.Samples.PAY_AD_HOC;
import static io.etibar.core.testing.Samples.PAY_BILL;
import static io.etibar.core.testing.Samples.RETURN;
import static io.etibar.core.testing.Samples.TERMS;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.content;
import static io.etibar.core.testing.Samples.receipt;
import static io.etibar.core.testing.Samples.returned;
import static io.etibar.core.testing.Samples.sealedContent;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import akka.serialization.jackson.JacksonCborSerializer;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillState;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.biller.Biller;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.Status;
import io.etibar.core.payment.OwnMessages;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.ReturnReason;
import io.etibar.core.testing.SealedTypes;
import io.etibar.core.testing.Systems;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every command and every reply travels between nodes unharmed. */
class MessagesTest {
  private static ActorTestKit testKit;
  private static List<ClusterMessage> messages;

  @BeforeAll
  static void start() {
    testKit = Systems.start();
    messages = messages();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static <T> ActorRef<T> client() {
    return testKit.<T>createTestProbe().ref();
  }

  private static List<ClusterMessage> messages() {
    String payment = PAYMENT.value();
    Refusal amount = Refusal.amount(Rejection.AMOUNT_RULE, azn(1), azn(1250));
    Refusal plain = Refusal.of(Rejection.BILL_PAID);
    var participant = new Participant.View(BANK_A, BANK, Status.SUSPENDED);
    Bill.View published =
        new BillState.Unpublished()
            .apply(new Bill.BillPublished(BILL, sealedContent(), NOW))
            .view(BILL, NOW)
            .orElseThrow();
    Bill.View withdrawn =
        new BillState.Unpublished()
            .apply(new Bill.BillPublished(BILL, content(AmountRule.EXACT), NOW))
            .apply(new Bill.BillWithdrawn(BILL, AGENCY, NOW))
            .view(BILL, NOW)
            .orElseThrow();
    var held = new Bill.Held(BILL, azn(1250));
    var notHeld = new Bill.NotHeld(BILL, amount);
    return List.of(
        new Participant.Put(BANK, Status.ACTIVE, ACTION, client()),
        new Participant.Get(client()),
        participant,
        new Participant.PutReply(true, participant),
        new Participant.Found(participant),
        new Participant.NotFound(Refusal.of(Rejection.PARTICIPANT_UNKNOWN)),
        new Biller.Put(TERMS, io.etibar.core.biller.Status.SUSPENDED, ACTION, client()),
        new Biller.Get(client()),
        BILLER,
        new Biller.PutReply(false, BILLER),
        new Biller.Found(BILLER),
        new Biller.NotFound(Refusal.of(Rejection.BILLER_UNKNOWN, "biller")),
        new Bill.Publish(sealedContent(), client()),
        new Bill.Publish(content(AmountRule.ANY), client()),
        new Bill.Withdraw(AGENCY, client()),
        new Bill.Get(client()),
        new Bill.Reserve(payment, BANK_A, azn(1250), client()),
        new Bill.Settle(payment),
        new Bill.Release(payment),
        new Bill.ApplyReturn(payment, RETURN.value(), azn(1)),
        published,
        new Bill.Done(true, published),
        held,
        notHeld,
        new Bill.Found(withdrawn),
        new Bill.Refused(plain),
        new Payment.Submit(PAY_BILL, BILLER, azn(100_000), client()),
        new Payment.Submit(PAY_AD_HOC, null, null, client()),
        new Payment.Get(client()),
        new Payment.GiveBack(RETURN, azn(5), ReturnReason.DUPLICATE, AGENCY, client()),
        new Payment.Reconcile(BILL, BANK_A),
        OwnMessages.billAnswered(held),
        OwnMessages.billAnswered(notHeld),
        new Payment.Committed(receipt(PAY_BILL), false),
        new Payment.Committed(receipt(PAY_AD_HOC), true),
        new Payment.Refused(amount, true),
        new Payment.Found(
            PAYMENT, BANK_A, PAY_BILL, receipt(PAY_BILL), null, List.of(returned(5), returned(6))),
        new Payment.Found(PAYMENT, BANK_A, null, null, plain, List.of()),
        new Payment.GivenBack(receipt(PAY_AD_HOC), returned(5), false));
  }

  @Test
  void everyMessageHasASample() {
    Set<String> sampled =
        messages.stream()
            .map(message -> SealedTypes.nameOf(message.getClass()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        SealedTypes.recordsOf(
            Participant.Command.class,
            Participant.PutReply.class,
            Participant.GetReply.class,
            Participant.View.class,
            Biller.Command.class,
            Biller.PutReply.class,
            Biller.GetReply.class,
            Biller.View.class,
            Bill.Command.class,
            Bill.Reply.class,
            Bill.View.class,
            Payment.Command.class,
            Payment.Reply.class),
        sampled);
  }

  @TestFactory
  Stream<DynamicTest> aMessageArrivesAsItWasSent() {
    return messages.stream()
        .map(
            message ->
                DynamicTest.dynamicTest(
                    SealedTypes.nameOf(message.getClass()), () -> assertArrives(message)));
  }

  private static void assertArrives(ClusterMessage message) {
    Serialization serialization = SerializationExtension.get(testKit.system());
    Serializer serializer = serialization.findSerializerFor(message);
    assertEquals(JacksonCborSerializer.class, serializer.getClass());
    byte[] bytes = serialization.serialize(message).get();
    String manifest = Serializers.manifestFor(serializer, message);
    assertEquals(
        message, serialization.deserialize(bytes, serializer.identifier(), manifest).get());
  }
}
