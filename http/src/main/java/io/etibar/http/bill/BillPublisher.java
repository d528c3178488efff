package io.etibar.http.bill;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillContent;
import io.etibar.core.bill.BillId;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.privacy.Sealed;
import io.etibar.core.privacy.Vault;
import io.etibar.http.bill.BillJson.Details;
import io.etibar.http.bill.BillJson.Sent;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Shards;
import io.etibar.http.problem.ProblemException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Turns what a biller sends into bills, with what is personal in them sealed. */
final class BillPublisher {

  /** A bill that is ready to be published. */
  record Ready(BillId id, BillContent content, Details details) {}

  private final Shards shards;
  private final Asks asks;
  private final Vault vault;
  private final ZoneId timeZone;

  /**
   * @param timeZone where the day of a bill's due date ends
   */
  BillPublisher(Shards shards, Asks asks, Vault vault, ZoneId timeZone) {
    this.shards = shards;
    this.asks = asks;
    this.vault = vault;
    this.timeZone = timeZone;
  }

  /**
   * Judges what was sent by the biller's terms.
   *
   * @throws ProblemException where the biller may not publish this
   */
  static void judge(Biller.View biller, Sent sent) {
    Terms terms = biller.terms();
    if (biller.status() == Status.SUSPENDED) {
      throw new ProblemException(Refusal.of(Rejection.BILLER_SUSPENDED));
    }
    if (!terms.billReference().matches(sent.reference().value())) {
      throw new ProblemException(Refusal.of(Rejection.REFERENCE_INVALID, "reference"));
    }
    if (!sent.amount().currency().equals(terms.currency())) {
      throw new ProblemException(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency"));
    }
  }

  /** Seals what is personal in bills of one biller, all in one go. */
  CompletionStage<List<Ready>> seal(Biller.View biller, List<Sent> all) {
    List<Vault.Plain> plain = new ArrayList<>();
    for (Sent sent : all) {
      if (!sent.details().isEmpty()) {
        plain.add(new Vault.Plain(idOf(biller, sent).subject(), sent.details().text()));
      }
    }
    CompletionStage<List<Sealed>> sealing =
        plain.isEmpty()
            ? CompletableFuture.completedStage(List.of())
            : asks.port(() -> vault.seal(plain));
    return sealing.thenApply(
        ciphertexts -> {
          Iterator<Sealed> next = ciphertexts.iterator();
          List<Ready> ready = new ArrayList<>(all.size());
          for (Sent sent : all) {
            Sealed details = sent.details().isEmpty() ? null : next.next();
            ready.add(
                new Ready(
                    idOf(biller, sent), content(biller.terms(), sent, details), sent.details()));
          }
          return ready;
        });
  }

  private BillContent content(Terms terms, Sent sent, @Nullable Sealed details) {
    return new BillContent(
        sent.amount(),
        sent.due(),
        endOf(sent.due().plusDays(terms.graceDays())),
        terms.amountRule(),
        details);
  }

  private Instant endOf(LocalDate day) {
    return day.plusDays(1).atStartOfDay(timeZone).toInstant();
  }

  private static BillId idOf(Biller.View biller, Sent sent) {
    return new BillId(biller.id(), sent.reference());
  }

  /** Publishes the bill; fails with the problem where it is refused. */
  CompletionStage<Bill.Done> publish(Ready bill) {
    return asks.<Bill.Command, Bill.PublishReply>write(
            shards.bill(bill.id()), replyTo -> new Bill.Publish(bill.content(), replyTo))
        .thenApply(
            reply ->
                switch (reply) {
                  case Bill.Done done -> done;
                  case Bill.Refused(var refusal) -> throw new ProblemException(refusal);
                });
  }

  /** What was sealed of a bill; nothing where its key is destroyed. */
  CompletionStage<Details> open(Bill.View bill) {
    Sealed ciphertexts = bill.content().details();
    return ciphertexts == null
        ? CompletableFuture.completedStage(Details.NONE)
        : asks.port(() -> vault.open(bill.id().subject(), ciphertexts))
            .thenApply(text -> text.map(Details::of).orElse(Details.NONE));
  }
}
