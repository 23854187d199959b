// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/signal_list.h"
#include "tests/sandbox/control/world.h"

namespace semafoor::sandbox::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

content::Day day(std::string_view text) {
  return *content::parse_day(text);
}

class ListsTest : public testing::Test {
 protected:
  ListsTest()
      : world_({.organisations = 2, .messages = 0, .signals = 0}, boxes_, mailbox_, ledger_) {
    world_.set_today(day("2026-07-20"));
  }
  const std::string& cbe(std::size_t index = 0) { return world_.organisations()[index].cbe; }
  const std::string& ssin(std::size_t person) {
    return world_.organisations()[0].persons[person].ssin;
  }
  std::string add(NewSignal wish = {}) {
    if (wish.organisation.empty()) wish.organisation = cbe();
    auto references = world_.add_signals(wish, why_);
    return references ? references->front() : why_;
  }
  Published publish(NewList wish) {
    wish.organisation = wish.organisation.empty() ? cbe() : wish.organisation;
    return world_.publish_list(wish, why_).value_or(Published{});
  }
  std::string bytes(const Published& published) {
    return boxes_.find(cbe(), published.message_id)->message->attachments.front().file->bytes();
  }
  void answer(const std::string& reference, const std::string& code) {
    podmi::Feedback feedback;
    feedback.client_reference = feedback.signal_reference = reference;
    feedback.code = code;
    mailbox_.receive(cbe(), "urn:cbe:" + cbe(), "answer-" + reference, feedback);
  }
  ledger::Ledger ledger_;
  ebox::Boxes boxes_;
  podmi::Mailbox mailbox_{ledger_};
  World world_;
  std::string why_;
};

TEST_F(ListsTest, AMonthlyListHasWhatWasDetectedInItsMonth) {
  const auto july = add();
  world_.set_today(day("2026-08-20"));
  const auto august = add();
  EXPECT_THAT(publish({.cycle = day("2026-07-01")}).references, ElementsAre(july));
  const auto list = publish({.cycle = day("2026-08-31")});
  EXPECT_THAT(list.references, ElementsAre(august));
  EXPECT_THAT(bytes(list), HasSubstr(august));
  EXPECT_THAT(bytes(list), HasSubstr("X-FEEDBACK"));
}

TEST_F(ListsTest, AHalfYearlyListRepeatsWhatNobodyAnswered) {
  const auto open = add(), accepted = add(), refused = add(), returned = add();
  answer(accepted, "X-COUNTED");
  answer(refused, "X-REVISED");
  EXPECT_THAT(mailbox_.take_returned(cbe(), {{returned, "X-EXEMPT"}, {open, "X-NONE"}}),
              ElementsAre(true, false));
  const NewList october{.half_yearly = true, .cycle = day("2026-10-01")};
  EXPECT_THAT(publish(october).references, ElementsAre(open, refused));
  EXPECT_THAT(publish({.half_yearly = true, .cycle = day("2027-03-01")}).references, IsEmpty());
}

TEST_F(ListsTest, AHalfYearlyListMayBeRecalledByMutationsToo) {
  add();
  const auto before = mailbox_.event_count(cbe());
  publish({.half_yearly = true, .cycle = day("2026-10-01"), .mutations = true});
  ASSERT_EQ(mailbox_.event_count(cbe()), before + 1);
  const auto batch = mailbox_.fetch(cbe(), "", 100);
  const auto& last = std::get<podmi::SignalNotice>(batch->events.back().content);
  EXPECT_EQ(last.signal.cycle, "OCTOBER");
}

TEST_F(ListsTest, ASignalMayBeWithheldFromOneChannel) {
  const auto listed = add({.channels = Channels::list});
  const auto sent = add({.channels = Channels::mutation});
  EXPECT_EQ(mailbox_.event_count(cbe()), 1U);
  EXPECT_THAT(world_.expected(cbe())["signals"], SizeIs(1)) << "not listed yet";
  EXPECT_THAT(publish({.cycle = day("2026-07-01")}).references, ElementsAre(listed));
  EXPECT_THAT(world_.expected(cbe())["signals"], SizeIs(2));
}

TEST_F(ListsTest, NoMutationComesForAPersonWithoutIntegration) {
  mailbox_.set_integrated(cbe(), ssin(2), false);
  const auto reference = add({.ssin = ssin(2)});
  EXPECT_EQ(mailbox_.event_count(cbe()), 0U);
  EXPECT_THAT(publish({.cycle = day("2026-07-01")}).references, ElementsAre(reference));
}

TEST_F(ListsTest, APersonBringsItsDossierAlong) {
  add({.ssin = ssin(3), .type = "X-PENSION", .eurocents = 12'345});
  const auto signal = mailbox_.signals(cbe()).front();
  EXPECT_EQ(content::normalise_dossier_number(signal.dossier_number),
            world_.organisations()[0].persons[3].dossiers[0].number);
  EXPECT_EQ(signal.source_flow, "PENSION-CADASTRE");
  EXPECT_EQ(signal.eurocents, 12'345);
}

TEST_F(ListsTest, ALaterListMayStillHaveTheFormerNumber) {
  add({.ssin = ssin(0)});
  const auto by = *world_.replace_person(cbe(), ssin(0), why_);
  EXPECT_THAT(bytes(publish({.cycle = day("2026-07-01")})), HasSubstr(by));
  const auto old = bytes(publish({.cycle = day("2026-07-01"), .former_numbers = true}));
  EXPECT_THAT(old, HasSubstr(ssin(0)));
  EXPECT_THAT(old, Not(HasSubstr(by)));
}

TEST_F(ListsTest, ALaterSignalSaysWhichNumberWasReplaced) {
  const auto by = *world_.replace_person(cbe(), ssin(0), why_);
  add({.ssin = by});
  const auto signal = mailbox_.signals(cbe()).front();
  EXPECT_EQ(signal.ssin, by);
  EXPECT_EQ(signal.replaces_ssin, ssin(0));
}

TEST_F(ListsTest, AMergedOrganisationTakesWhatComesAndAnswersWhatIsOpen) {
  const auto open = add(), answered = add();
  answer(answered, "X-COUNTED");
  EXPECT_THAT(*world_.merge(cbe(0), cbe(1), why_), ElementsAre(open));
  const auto later = add();
  EXPECT_EQ(mailbox_.event_count(cbe(1)), 1U);
  const auto signals = mailbox_.signals(cbe(1));
  ASSERT_THAT(signals, SizeIs(2));
  EXPECT_EQ(signals[1].reference, later);
  for (const auto& signal : signals) {
    EXPECT_EQ(signal.organisation, cbe(1));
    EXPECT_EQ(signal.nis_code, world_.organisations()[1].nis_code);
  }
  EXPECT_FALSE(world_.merge(cbe(1), cbe(0), why_));
}

TEST_F(ListsTest, EveryFormatHasTheSameSignals) {
  const auto reference = add();
  EXPECT_THAT(bytes(publish({.cycle = day("2026-07-01"), .format = ListFormat::xml})),
              HasSubstr("reference=\"" + reference + "\""));
  EXPECT_THAT(bytes(publish({.cycle = day("2026-07-01"), .format = ListFormat::zip})),
              testing::StartsWith("PK"));
}

TEST_F(ListsTest, DocumentsHaveTheBytesOfTheCallerOrAListOfTheirOwn) {
  const auto own = world_.publish_document(
      {.organisation = cbe(), .type = "X-CORRECTION", .file_name = "x.csv", .bytes = "a;b\r\n"},
      why_);
  ASSERT_TRUE(own);
  EXPECT_EQ(bytes(*own), "a;b\r\n");
  const auto made =
      world_.publish_document({.organisation = cbe(), .type = "X-FORMS-BLOCKED"}, why_);
  ASSERT_TRUE(made);
  EXPECT_THAT(bytes(*made), HasSubstr("X-SINCE"));
  const auto statement = world_.publish_document(
      {.organisation = cbe(), .type = "X-MONTHLY-STATEMENT-LEEFLOON"}, why_);
  ASSERT_TRUE(statement);
  EXPECT_EQ(bytes(*statement).substr(6, 6), "202606") << "of the month before";
  EXPECT_FALSE(world_.publish_document({.organisation = cbe(), .type = "X-QUERY-ANSWER"}, why_));
}

TEST_F(ListsTest, TheLedgerCountsListsThatWereFetchedAndAnswersThatCameBack) {
  const auto reference = add({.channels = Channels::list});
  const auto list = publish({.cycle = day("2026-07-01")});
  EXPECT_THAT(ledger_.everything("")["organisations"][cbe()]["signals"], IsEmpty());
  ledger_.downloaded(cbe(), list.attachment_id, http::Transfer::complete);
  const auto book = ledger_.everything("")["organisations"][cbe()];
  EXPECT_EQ(book["signals"][0]["monthlyLists"], 1);
  EXPECT_EQ(book["signals"][0]["halfYearlyLists"], 0);
  EXPECT_EQ(book["signals"][0]["delivered"], 0);
  ledger_.returned(cbe(), "reply-1", {{reference, "X-COUNTED"}}, {true});
  const auto answers = ledger_.everything("")["organisations"][cbe()]["answers"];
  EXPECT_EQ(answers[0]["channel"], "reply");
  EXPECT_EQ(answers[0]["evaluation"], "TAKEN");
}

TEST(ReturnedList, RowsWithACodeAreAnswers) {
  using content::ReturnedAnswer;
  EXPECT_THAT(*content::read_returned("\xEF\xBB\xBFX-REFERENCE;X-NAME;X-FEEDBACK\r\n"
                                      "KN1;\"Muster; \"\"A\"\"\";X-COUNTED\r\nKN2;B;\r\n"),
              ElementsAre(ReturnedAnswer{"KN1", "X-COUNTED"}));
  EXPECT_FALSE(content::read_returned("a;b\r\n1;2\r\n"));
  EXPECT_FALSE(content::read_returned("X-REFERENCE;X-FEEDBACK\r\n\"KN1;X-COUNTED\r\n"));
}

}  // namespace
}  // namespace semafoor::sandbox::control
