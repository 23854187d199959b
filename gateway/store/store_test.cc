// SPDX-License-Identifier: Apache-2.0
//
// What every engine of the store promises.
#include "gateway/store/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <latch>
#include <random>
#include <thread>

#include "gateway/domain/hex.h"
#include "gateway/domain/text.h"
#include "gateway/os/test_folder.h"
#include "gateway/store/piece_sums.h"
#include "gateway/store/testing/engine.h"

namespace semafoor::store {
namespace {

constexpr char kOrg[] = "0212344876";
constexpr char kOther[] = "0212214917";

namespace fs = std::filesystem;

class StoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = os::make_test_folder("store");
    std::string why;
    engine_ = testing::make_engine(GetParam(), folder_, why);
    if (!engine_) GTEST_SKIP() << why;
    open();
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  void open() {
    auto opened = engine_->open([this] { return now_.load(); });
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(opened).value();
  }
  void write(const Store::Work& work) {
    const auto done = store_->write_and_wait(work);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  template <typename T>
  T ask(const std::function<Result<T>(Reader&)>& question) {
    T value{};
    const auto done = store_->read([&](Reader& reader) -> Result<void> {
      auto answer = question(reader);
      if (!answer) return answer.error();
      value = std::move(*answer);
      return {};
    });
    EXPECT_TRUE(done.ok()) << done.error().message;
    return value;
  }

  fs::path folder_;
  std::unique_ptr<testing::Engine> engine_;
  std::atomic<std::int64_t> now_{1'000'000};
  std::unique_ptr<Store> store_;
};

StoredMessage message(const std::string& id, std::int64_t received_ms = 1,
                      const std::string& subject = "Maandstaat leefloon") {
  StoredMessage stored;
  stored.message.set_message_id(id);
  stored.message.set_provider_id("nsso");
  stored.message.set_provider_message_id("up-" + id);
  stored.message.mutable_subject()->set_nl(subject);
  stored.message.mutable_received_at()->set_unix_ms(received_ms);
  stored.message.set_family(v1::MESSAGE_FAMILY_OTHER);
  stored.upstream_json = R"({"unknown":1})";
  return stored;
}

v1::Signal signal(const std::string& id) {
  v1::Signal one;
  one.set_signal_id(id);
  one.set_signal_reference("KN" + id);
  one.mutable_person()->set_value("85073003328");
  one.set_state(v1::SIGNAL_STATE_RECEIVED);
  return one;
}

TEST_P(StoreTest, WhatIsStillToBeFetchedIsCountedByProvider) {
  const auto with_attachment = [](Transaction& tx, const Org& org, const std::string& id,
                                  const std::string& provider,
                                  v1::AttachmentState state) -> Result<void> {
    auto stored = message(id);
    stored.message.set_provider_id(provider);
    auto& attachment = *stored.message.add_attachments();
    attachment.set_attachment_id("att-" + id);
    attachment.set_state(state);
    if (auto put = tx.put_attachment_source(org, {"att-" + id, id, "p", ""}); !put) return put;
    return tx.put_message(org, stored, "");
  };
  write([&](Transaction& tx) -> Result<void> {
    for (const auto& [id, provider, state] : {std::tuple("a", "x", v1::ATTACHMENT_STATE_PENDING),
                                              std::tuple("b", "y", v1::ATTACHMENT_STATE_PENDING),
                                              std::tuple("c", "y", v1::ATTACHMENT_STATE_PENDING),
                                              std::tuple("d", "y", v1::ATTACHMENT_STATE_FAILED),
                                              std::tuple("e", "z", v1::ATTACHMENT_STATE_STORED)}) {
      if (auto put = with_attachment(tx, kOrg, id, provider, state); !put) return put;
    }
    return with_attachment(tx, kOther, "f", "x", v1::ATTACHMENT_STATE_PENDING);
  });
  using Pending = std::map<std::string, std::int64_t>;
  EXPECT_EQ(ask<Pending>([](Reader& r) { return r.pending_attachments(kOrg); }),
            (Pending{{"x", 1}, {"y", 2}}));
}

TEST_P(StoreTest, ARecordIsReadBackWithItsVersionAndItsUpstreamJson) {
  write([](Transaction& tx) {
    auto stored = message("a");
    return tx.put_message(kOrg, stored, "message.stored");
  });
  const auto read =
      ask<std::optional<StoredMessage>>([](Reader& r) { return r.message(kOrg, "a"); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->message.version(), 1);
  EXPECT_EQ(read->upstream_json, R"({"unknown":1})");
  EXPECT_TRUE(ask<std::optional<StoredMessage>>(
      [](Reader& r) { return r.message_by_upstream(kOrg, "nsso", "up-a"); }));
}

TEST_P(StoreTest, OneOrganisationNeverSeesAnothersRows) {
  write([](Transaction& tx) -> Result<void> {
    auto stored = message("a");
    if (auto put = tx.put_message(kOrg, stored, "message.stored"); !put) return put;
    auto one = signal("s");
    return tx.put_signal(kOrg, "key", one, "signal.received");
  });
  EXPECT_FALSE(ask<std::optional<StoredMessage>>([](Reader& r) { return r.message(kOther, "a"); }));
  EXPECT_FALSE(
      ask<std::optional<v1::Signal>>([](Reader& r) { return r.signal_by_key(kOther, "key"); }));
  EXPECT_EQ(ask<Page<v1::Message>>([](Reader& r) { return r.messages(kOther, {}); }).total, 0);
  EXPECT_TRUE(ask<std::vector<v1::Event>>([](Reader& r) {
                return r.events(kOther, v1::MODULE_EBOX, 0, 10);
              }).empty());
}

// Random work of organisations that use the same identifiers for everything. Each puts its own
// number into all it writes, so that a row of another one betrays itself.
class Tenants {
 public:
  explicit Tenants(unsigned seed) : random_(seed) {}

  const std::string& one() { return kAll[random_() % kAll.size()]; }
  std::string id() { return "id-" + std::to_string(random_() % 12); }
  unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
  // A position that some organisation was given, or none.
  std::string position() {
    return positions_.empty() ? "" : positions_[random_() % positions_.size()];
  }

  template <typename Row>
  void judge(const std::string& org, const Row& row) {
    const std::string bytes = row.SerializeAsString();
    EXPECT_NE(bytes.find(org), std::string::npos) << "this judge could not fail";
    for (const auto& other : kAll)
      EXPECT_TRUE(other == org || bytes.find(other) == std::string::npos)
          << org << " read " << other;
    ++rows;
  }
  template <typename Row>
  void judge(const std::string& org, const Result<std::optional<Row>>& found) {
    ASSERT_TRUE(found) << found.error().message;
    if (*found) judge(org, **found);
  }
  template <typename Row>
  void judge(const std::string& org, const Result<Page<Row>>& page) {
    // Another's position may be refused; what is said of it names nobody.
    if (!page) {
      for (const auto& other : kAll)
        EXPECT_EQ(page.error().message.find(other), std::string::npos) << page.error().message;
      return;
    }
    for (const auto& row : page->items) judge(org, row);
    if (!page->position.empty()) positions_.push_back(page->position);
  }

  static const inline std::vector<std::string> kAll{kOrg, kOther, "0308357159"};
  std::int64_t rows = 0;

 private:
  std::mt19937 random_;
  std::vector<std::string> positions_;
};

Result<void> write_something(Transaction& tx, Tenants& tenants) {
  const std::string& org = tenants.one();
  const std::string id = tenants.id();
  switch (tenants.draw(5)) {
    case 0: {
      auto stored = message(id, tenants.draw(1000), "bericht " + org);
      stored.upstream_json = org;
      return tx.put_message(org, stored, "message.stored");
    }
    case 1: {
      auto one = signal(id);
      one.mutable_assignee()->set_name(org);
      return tx.put_signal(org, "key-" + id, one, "signal.received");
    }
    case 2: {
      v1::FeedbackItem item;
      item.set_client_id(id);
      item.set_signal_id(id);
      item.set_last_problem(org);
      item.set_state(v1::FEEDBACK_STATE_QUEUED);
      return tx.put_feedback(org, "hash", item, "feedback.queued");
    }
    case 3: {
      v1::Operation operation;
      operation.set_operation_id(id);
      operation.set_kind("ebox.sync");
      operation.set_problem(org);
      return tx.put_operation(org, operation);
    }
    default:
      return tx.put_cursor(org, id, org);
  }
}

void read_something(Reader& reader, Tenants& tenants) {
  const std::string& org = tenants.one();
  const std::string id = tenants.id();
  switch (tenants.draw(9)) {
    case 0:
      return tenants.judge(org, reader.messages(org, {.limit = 3, .position = tenants.position()}));
    case 1:
      return tenants.judge(org, reader.messages(org, {.limit = 3, .words = {"bericht"}}));
    case 2:
      return tenants.judge(org, reader.signals(org, {.limit = 3, .position = tenants.position()}));
    case 3:
      return tenants.judge(org, reader.signal_by_key(org, "key-" + id));
    case 4:
      return tenants.judge(org, reader.signal_by_reference(org, "KN" + id));
    case 5:
      return tenants.judge(org, reader.feedback(org, id));
    case 6:
      return tenants.judge(
          org, reader.feedback_items(org, {.limit = 3, .position = tenants.position()}));
    case 7:
      return tenants.judge(org, reader.operation(org, id));
    default: {
      const auto found = reader.message(org, id);
      ASSERT_TRUE(found);
      EXPECT_TRUE(!*found || (*found)->upstream_json == org);
      const auto value = reader.cursor(org, id);
      ASSERT_TRUE(value);
      EXPECT_TRUE(!*value || **value == org);
    }
  }
}

TEST_P(StoreTest, RandomWorkWithTheSameIdentifiersNeverReachesAnotherOrganisation) {
  const unsigned seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("seed " + std::to_string(seed));
  Tenants tenants(seed);
  for (int round = 0; round < 60; ++round) {
    write([&](Transaction& tx) -> Result<void> {
      for (int i = 0; i < 10; ++i)
        if (auto done = write_something(tx, tenants); !done) return done;
      return {};
    });
    const auto read = store_->read([&](Reader& reader) -> Result<void> {
      for (int i = 0; i < 40; ++i) read_something(reader, tenants);
      return {};
    });
    ASSERT_TRUE(read) << read.error().message;
    if (HasFailure()) return;
  }
  EXPECT_GT(tenants.rows, 1000) << "there was something to see";
  for (const auto& org : Tenants::kAll) {
    const auto total =
        ask<Page<v1::Message>>([&](Reader& r) { return r.messages(org, {.limit = 100}); }).total;
    EXPECT_GT(total, 0);
    EXPECT_LE(total, 12) << "each organisation has its own row of an identifier, and one only";
  }
}

TEST_P(StoreTest, FailedWorkLeavesNothingAndDoesNotTouchItsNeighbours) {
  std::latch done(2);
  Result<void> bad;
  Result<void> good;
  store_->write(
      [](Transaction& tx) -> Result<void> {
        auto stored = message("bad");
        (void)tx.put_message(kOrg, stored, "message.stored");
        return Error{.code = "test"};
      },
      [&](const Result<void>& result) {
        bad = result;
        done.count_down();
      });
  store_->write(
      [](Transaction& tx) {
        auto stored = message("good");
        return tx.put_message(kOrg, stored, "message.stored");
      },
      [&](const Result<void>& result) {
        good = result;
        done.count_down();
      });
  done.wait();
  EXPECT_EQ(bad.error().code, "test");
  EXPECT_TRUE(good.ok());
  EXPECT_FALSE(ask<std::optional<StoredMessage>>([](Reader& r) { return r.message(kOrg, "bad"); }));
  EXPECT_EQ(ask<std::int64_t>([](Reader& r) { return r.last_sequence(kOrg); }), 1)
      << "the sequence has no gap";
}

TEST_P(StoreTest, WorkThatThrowsIsAnErrorAndUndone) {
  const auto result = store_->write_and_wait([](Transaction& tx) -> Result<void> {
    auto stored = message("a");
    (void)tx.put_message(kOrg, stored, "");
    throw std::runtime_error("boom");
  });
  EXPECT_EQ(result.error().code, "store.work_failed");
  EXPECT_EQ(ask<Page<v1::Message>>([](Reader& r) { return r.messages(kOrg, {}); }).total, 0);
}

TEST_P(StoreTest, EventsAreGaplessUnderManyWriters) {
  constexpr int kWriters = 8;
  constexpr int kEach = 50;
  std::latch done(kWriters * kEach);
  std::vector<std::jthread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        store_->write(
            [](Transaction& tx) -> Result<void> {
              v1::Event event;
              event.set_type("message.stored");
              event.set_module(v1::MODULE_EBOX);
              auto appended = tx.append_event(kOrg, event);
              return appended ? Result<void>() : Result<void>(appended.error());
            },
            [&](const Result<void>&) { done.count_down(); });
      }
    });
  }
  done.wait();
  const auto events = ask<std::vector<v1::Event>>(
      [](Reader& r) { return r.events(kOrg, v1::MODULE_EBOX, 0, 1000); });
  ASSERT_EQ(events.size(), static_cast<std::size_t>(kWriters * kEach));
  for (std::size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(events[i].sequence(), static_cast<std::int64_t>(i) + 1);
}

TEST_P(StoreTest, ListingsComeInPagesNewestFirstWithoutGapOrRepeat) {
  write([](Transaction& tx) -> Result<void> {
    for (int i = 0; i < 25; ++i) {
      auto stored = message("m" + std::to_string(i), i / 3);
      if (auto put = tx.put_message(kOrg, stored, ""); !put) return put;
    }
    return {};
  });
  std::vector<std::string> seen;
  std::string position;
  std::int64_t last = 1'000;
  do {
    const auto page = ask<Page<v1::Message>>(
        [&](Reader& r) { return r.messages(kOrg, {.limit = 7, .position = position}); });
    EXPECT_EQ(page.total, 25);
    for (const auto& one : page.items) {
      EXPECT_LE(one.received_at().unix_ms(), last);
      last = one.received_at().unix_ms();
      seen.push_back(one.message_id());
    }
    position = page.position;
  } while (!position.empty());
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_EQ(seen.size(), 25U);
}

TEST_P(StoreTest, APageTokenOfAnotherKindIsRefused) {
  const auto result = store_->read([](Reader& reader) -> Result<void> {
    auto page = reader.messages(kOrg, {.position = "garbage"});
    return page ? Result<void>() : Result<void>(page.error());
  });
  EXPECT_EQ(result.error().code, "list.page_token");
}

TEST_P(StoreTest, ChangedSinceNeverMissesAChange) {
  write([](Transaction& tx) {
    auto stored = message("a");
    return tx.put_message(kOrg, stored, "message.stored");
  });
  const auto before = ask<Page<v1::Message>>([](Reader& r) { return r.messages(kOrg, {}); });
  write([](Transaction& tx) -> Result<void> {
    auto first = message("a");
    if (auto put = tx.put_message(kOrg, first, ""); !put) return put;
    auto second = message("b");
    return tx.put_message(kOrg, second, "message.stored");
  });
  const auto changed = ask<Page<v1::Message>>(
      [&](Reader& r) { return r.messages(kOrg, {.changed_since = before.changed}); });
  ASSERT_EQ(changed.items.size(), 2U);
  EXPECT_EQ(changed.items[0].version(), 2);
  const auto none = ask<Page<v1::Message>>(
      [&](Reader& r) { return r.messages(kOrg, {.changed_since = changed.changed}); });
  EXPECT_TRUE(none.items.empty());
}

TEST_P(StoreTest, SearchFindsWordsAndTheirBeginnings) {
  write([](Transaction& tx) -> Result<void> {
    auto first = message("a", 1, "État mensuel: Maandstaat");
    if (auto put = tx.put_message(kOrg, first, ""); !put) return put;
    auto second = message("b", 2, "Jaaroverzicht");
    return tx.put_message(kOrg, second, "");
  });
  const auto found = [&](const std::string& words) {
    return ask<Page<v1::Message>>(
               [&](Reader& r) { return r.messages(kOrg, {.words = domain::words_of(words)}); })
        .total;
  };
  EXPECT_EQ(found("maandstaat"), 1);
  EXPECT_EQ(found("ETAT maand"), 1);
  EXPECT_EQ(found("jaar"), 1);
  EXPECT_EQ(found("jaar maand"), 0);
  EXPECT_EQ(found("verzicht"), 0);
}

TEST_P(StoreTest, ARemovedMessageLeavesItsIdsAndNothingElse) {
  const auto with_attachment = [](const std::string& id, const std::string& subject) {
    auto stored = message(id, 1, subject);
    auto& attachment = *stored.message.add_attachments();
    attachment.set_attachment_id("att-" + id);
    attachment.set_state(v1::ATTACHMENT_STATE_STORED);
    attachment.set_sha256(std::string(32, id[0]));
    return stored;
  };
  write([&](Transaction& tx) -> Result<void> {
    for (const Org& org : {Org(kOrg), Org(kOther)})
      for (const auto& [id, subject] : {std::pair("a", "Brief aan Janssens en Peeters"),
                                        std::pair("b", "Nog een brief aan Peeters")}) {
        auto stored = with_attachment(id, subject);
        if (auto put = tx.put_attachment_source(org, {"att-" + std::string(id), id, "p", ""}); !put)
          return put;
        if (auto put = tx.put_message(org, stored, "message.stored"); !put) return put;
      }
    return {};
  });
  now_ = 2'000'000;
  write([](Transaction& tx) { return tx.remove_message(kOrg, "a", 365); });

  const auto found = [&](const Org& org, const std::string& words) {
    return ask<Page<v1::Message>>(
               [&](Reader& r) { return r.messages(org, {.words = domain::words_of(words)}); })
        .total;
  };
  EXPECT_FALSE(ask<std::optional<StoredMessage>>([](Reader& r) { return r.message(kOrg, "a"); }));
  EXPECT_FALSE(ask<std::optional<StoredMessage>>(
      [](Reader& r) { return r.message_by_upstream(kOrg, "nsso", "up-a"); }));
  EXPECT_FALSE(ask<std::optional<AttachmentSource>>(
      [](Reader& r) { return r.attachment_source(kOrg, "att-a"); }));
  EXPECT_EQ(found(kOrg, "janssens"), 0);
  EXPECT_EQ(found(kOrg, "jans"), 0);
  EXPECT_EQ(found(kOrg, "peeters"), 1);
  EXPECT_EQ(found(kOther, "janssens"), 1) << "another organisation is not touched";
  EXPECT_EQ(ask<Counters>([](Reader& r) { return r.counters(kOrg); }).attachments_stored, 1);
  const auto event = ask<std::vector<v1::Event>>([](Reader& r) {
                       return r.events(kOrg, v1::MODULE_EBOX, 0, 10);
                     }).back();
  EXPECT_EQ(event.type(), "message.removed");
  EXPECT_EQ(event.subject_id(), "a");
  EXPECT_EQ(event.subject_version(), 2);

  using Removed = std::optional<RemovedMessage>;
  for (const auto& removed :
       {ask<Removed>([](Reader& r) { return r.removed_message(kOrg, "a"); }),
        ask<Removed>([](Reader& r) { return r.removed_by_upstream(kOrg, "nsso", "up-a"); })}) {
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->message_id, "a");
    EXPECT_EQ(removed->removed_ms, 2'000'000);
    EXPECT_EQ(removed->family, v1::MESSAGE_FAMILY_OTHER);
    EXPECT_EQ(removed->keep_days, 365);
  }
  EXPECT_FALSE(ask<Removed>([](Reader& r) { return r.removed_message(kOrg, "b"); }));
  EXPECT_FALSE(ask<Removed>([](Reader& r) { return r.removed_message(kOther, "a"); }));
  EXPECT_FALSE(
      ask<Removed>([](Reader& r) { return r.removed_by_upstream(kOther, "nsso", "up-a"); }));
  EXPECT_FALSE(
      ask<Removed>([](Reader& r) { return r.removed_by_upstream(kOrg, "other", "up-a"); }));

  // Once more changes nothing; the word that only the removed one had can be used again.
  write([](Transaction& tx) { return tx.remove_message(kOrg, "a", 30); });
  write([&](Transaction& tx) {
    auto stored = with_attachment("c", "Janssens");
    return tx.put_message(kOrg, stored, "");
  });
  EXPECT_EQ(found(kOrg, "jans"), 1);
  EXPECT_EQ(ask<Removed>([](Reader& r) { return r.removed_message(kOrg, "a"); })->keep_days, 365);
}

TEST_P(StoreTest, BytesOfARemovedMessageAreReferencedAsLongAsAnotherHasThem) {
  if (GetParam().ends_with("Sealed")) GTEST_SKIP() << "the names under which they lie are unknown";
  const std::string sha256(64, 'a');
  write([&](Transaction& tx) -> Result<void> {
    for (const char* id : {"a", "b"}) {
      auto stored = message(id);
      auto& attachment = *stored.message.add_attachments();
      attachment.set_attachment_id("att-" + std::string(id));
      attachment.set_state(v1::ATTACHMENT_STATE_STORED);
      attachment.set_sha256(*domain::from_hex(sha256));
      if (auto put = tx.put_message(kOrg, stored, ""); !put) return put;
    }
    return {};
  });
  const auto referenced = [&] {
    return ask<bool>([&](Reader& r) { return r.blob_referenced(kOrg, sha256); });
  };
  write([](Transaction& tx) { return tx.remove_message(kOrg, "a", 30); });
  EXPECT_TRUE(referenced());
  write([](Transaction& tx) { return tx.remove_message(kOrg, "b", 30); });
  EXPECT_FALSE(referenced());
}

TEST_P(StoreTest, TheOldestSignalThatIsNotClosedIsFound) {
  using Moment = std::optional<std::int64_t>;
  const auto oldest = [&] {
    return ask<Moment>([](Reader& r) { return r.oldest_open_signal_ms(kOrg); });
  };
  EXPECT_FALSE(oldest());
  write([](Transaction& tx) -> Result<void> {
    for (const auto& [id, received, state] :
         {std::tuple("s1", 10, v1::SIGNAL_STATE_CLOSED),
          std::tuple("s2", 30, v1::SIGNAL_STATE_ANSWERED),
          std::tuple("s3", 20, v1::SIGNAL_STATE_ANSWER_REFUSED)}) {
      auto one = signal(id);
      one.set_state(state);
      one.mutable_received_at()->set_unix_ms(received);
      if (auto put = tx.put_signal(kOrg, id, one, ""); !put) return put;
    }
    return {};
  });
  EXPECT_EQ(oldest(), 20);
  EXPECT_FALSE(ask<Moment>([](Reader& r) { return r.oldest_open_signal_ms(kOther); }));
}

TEST_P(StoreTest, NoWordAndNoNationalNumberStandsInAnIndexInClear) {
  write([](Transaction& tx) -> Result<void> {
    auto one = signal("s");
    return tx.put_signal(kOrg, "85073003328|1|12", one, "signal.received");
  });
  EXPECT_EQ(ask<Page<v1::Signal>>([](Reader& r) {
              return r.signals(kOrg, {.ssin = "85073003328"});
            }).total,
            1);
  EXPECT_EQ(ask<Page<v1::Signal>>([](Reader& r) {
              return r.signals(kOrg, {.ssin = "17073003384"});
            }).total,
            0);
}

TEST_P(StoreTest, ARefusedRowDoomsItsWorkSoThatTheSequenceHasNoGap) {
  write([](Transaction& tx) {
    auto one = signal("s");
    return tx.put_signal(kOrg, "key", one, "signal.received");
  });
  const auto doomed = store_->write_and_wait([](Transaction& tx) -> Result<void> {
    auto stored = message("a");
    if (auto put = tx.put_message(kOrg, stored, "message.stored"); !put) return put;
    // The same natural key under another id is refused by the database itself.
    auto twin = signal("t");
    EXPECT_FALSE(tx.put_signal(kOrg, "key", twin, "signal.received").ok());
    return {};
  });
  EXPECT_EQ(doomed.error().code, "store.database");
  EXPECT_FALSE(ask<std::optional<StoredMessage>>([](Reader& r) { return r.message(kOrg, "a"); }));
  EXPECT_EQ(ask<std::int64_t>([](Reader& r) { return r.last_sequence(kOrg); }), 1);
}

TEST_P(StoreTest, APostponedTaskWasNotTried) {
  write([](Transaction& tx) -> Result<void> {
    auto added = tx.enqueue({.org = kOrg, .kind = "fetch", .key = "a"});
    return added ? Result<void>() : added.error();
  });
  const auto claim = [this] {
    std::vector<Task> claimed;
    write([&](Transaction& tx) -> Result<void> {
      auto tasks = tx.claim({"fetch"}, "me", 1000, 1);
      if (!tasks) return tasks.error();
      claimed = *tasks;
      return {};
    });
    return claimed.at(0);
  };
  for (int i = 0; i < 3; ++i) {
    const Task task = claim();
    EXPECT_EQ(task.attempts, 1);
    write([&](Transaction& tx) { return tx.postpone(task, 0); });
  }
  const Task tried = claim();
  write([&](Transaction& tx) { return tx.retry(tried, 0, "it failed"); });
  EXPECT_EQ(claim().attempts, 2);
  EXPECT_EQ(
      store_->write_and_wait([&](Transaction& tx) { return tx.postpone(tried, 0); }).error().code,
      "task.lease_lost");
}

TEST_P(StoreTest, GoodBytesReplaceADamagedBlob) {
  std::string sha256;
  for (int round = 0; round < 2; ++round) {
    auto writer = std::move(store_->blobs().create(kOrg)).value();
    const std::string text = "abc";
    ASSERT_TRUE(writer->append(std::as_bytes(std::span(text.data(), text.size()))).ok());
    sha256 = writer->commit()->sha256;
    auto reader = std::move(store_->blobs().open(kOrg, sha256)).value();
    std::vector<std::byte> piece(kPieceBytes);
    EXPECT_TRUE(reader->read_piece(0, piece).ok());
    engine_->damage_blob(kOrg, sha256);
    EXPECT_EQ(reader->read_piece(0, piece).error().code, "attachment.damaged");
  }
}

TEST_P(StoreTest, FailedWorkBetweenOthersInOneBatchLeavesNoGapInTheSequence) {
  // The first work holds the writer, so that the others share the next commit.
  std::latch queued(1);
  std::latch answered(41);
  const auto count_down = [&answered](const Result<void>&) { answered.count_down(); };
  store_->write(
      [&queued](Transaction&) -> Result<void> {
        queued.wait();
        return {};
      },
      count_down);
  for (int i = 0; i < 40; ++i) {
    store_->write(
        [i](Transaction& tx) -> Result<void> {
          auto one = signal("s" + std::to_string(i));
          auto put = tx.put_signal(kOrg, "key" + std::to_string(i), one, "signal.received");
          if (put && i % 2 == 1)
            return Error{.kind = ErrorKind::internal, .code = "test.unwilling"};
          return put;
        },
        count_down);
  }
  queued.count_down();
  answered.wait();
  write([](Transaction& tx) {
    auto one = signal("last");
    return tx.put_signal(kOrg, "key-last", one, "signal.received");
  });
  const auto events = ask<std::vector<v1::Event>>(
      [](Reader& r) { return r.events(kOrg, v1::MODULE_KNIPPERLICHT, 0, 100); });
  ASSERT_EQ(events.size(), 21U);
  for (std::size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(events[i].sequence(), static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(ask<std::int64_t>([](Reader& r) { return r.last_sequence(kOrg); }), 21);
}

TEST_P(StoreTest, ATaskIsClaimedOnceAndComesBackWhenItsLeaseEnds) {
  write([](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(*tx.enqueue({.org = kOrg, .kind = "k", .key = "1"}));
    EXPECT_FALSE(*tx.enqueue({.org = kOrg, .kind = "k", .key = "1"})) << "it lives already";
    return {};
  });
  std::vector<Task> first;
  write([&](Transaction& tx) -> Result<void> {
    first = *tx.claim({"k"}, "worker-1", 30'000, 10);
    EXPECT_TRUE(tx.claim({"k"}, "worker-2", 30'000, 10)->empty());
    return {};
  });
  ASSERT_EQ(first.size(), 1U);
  now_ += 30'001;
  std::vector<Task> second;
  write([&](Transaction& tx) -> Result<void> {
    second = *tx.claim({"k"}, "worker-2", 30'000, 10);
    return {};
  });
  ASSERT_EQ(second.size(), 1U);
  EXPECT_GT(second[0].fencing, first[0].fencing);
  const auto late = store_->write_and_wait([&](Transaction& tx) { return tx.complete(first[0]); });
  EXPECT_EQ(late.error().code, "task.lease_lost");
  write([&](Transaction& tx) { return tx.complete(second[0]); });
  write([&](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(*tx.enqueue({.org = kOrg, .kind = "k", .key = "1"})) << "its key is free again";
    return {};
  });
}

TEST_P(StoreTest, TasksAreCountedByKindAndOrganisation) {
  write([](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(*tx.enqueue({.org = kOrg, .kind = "b", .key = "1"}));
    EXPECT_TRUE(*tx.enqueue({.org = kOrg, .kind = "a", .key = "1"}));
    EXPECT_TRUE(*tx.enqueue({.org = kOrg, .kind = "b", .key = "2"}));
    return {};
  });
  const auto counts =
      ask<std::vector<TaskCount>>([](Reader& reader) { return reader.task_counts(kOrg); });
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].kind, "a");
  EXPECT_EQ(counts[0].count, 1);
  EXPECT_EQ(counts[1].kind, "b");
  EXPECT_EQ(counts[1].count, 2);
  EXPECT_TRUE(ask<std::vector<TaskCount>>([](Reader& reader) {
                return reader.task_counts("0999999922");
              }).empty());
}

TEST_P(StoreTest, WhatADeadGatewayHeldIsDueAtOnceWhenItsLeasesAreEnded) {
  std::vector<Task> before;
  write([&](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(*tx.enqueue({.org = kOrg, .kind = "k", .key = "held"}));
    EXPECT_TRUE(
        *tx.enqueue({.org = kOrg, .kind = "k", .key = "waits", .not_before_ms = now_ + 5'000}));
    before = *tx.claim({"k"}, "worker-1", 30'000, 10);
    return {};
  });
  ASSERT_EQ(before.size(), 1U);
  write([](Transaction& tx) { return tx.end_leases(); });
  write([&](Transaction& tx) -> Result<void> {
    const auto after = *tx.claim({"k"}, "worker-2", 30'000, 10);
    EXPECT_EQ(after.size(), 1U) << "what only waits goes on waiting";
    for (const Task& task : after) EXPECT_GT(task.fencing, before[0].fencing);
    return {};
  });
}

TEST_P(StoreTest, ABacklogOfOneOrganisationDoesNotHideAnothersWork) {
  write([](Transaction& tx) -> Result<void> {
    for (int i = 0; i < 100; ++i)
      (void)tx.enqueue({.org = kOrg, .kind = "k", .key = std::to_string(i)});
    (void)tx.enqueue({.org = kOther, .kind = "k", .key = "only"});
    return {};
  });
  write([](Transaction& tx) -> Result<void> {
    const auto claimed = *tx.claim({"k"}, "w", 1'000, 8);
    EXPECT_EQ(claimed.size(), 8U);
    EXPECT_TRUE(std::any_of(claimed.begin(), claimed.end(),
                            [](const Task& task) { return task.org == kOther; }));
    return {};
  });
}

TEST_P(StoreTest, WhoIsLimitedGetsNoMoreAndTheOthersTheRest) {
  write([](Transaction& tx) -> Result<void> {
    for (int i = 0; i < 10; ++i) {
      (void)tx.enqueue({.org = kOrg, .kind = "k", .key = std::to_string(i)});
      (void)tx.enqueue({.org = kOther, .kind = "k", .key = std::to_string(i)});
    }
    return {};
  });
  const auto claimed = [this](const Transaction::ClaimLimits& limits) {
    std::map<Org, int> count;
    write([&](Transaction& tx) -> Result<void> {
      count.clear();
      const auto tasks = *tx.claim({"k"}, "w", 30'000, 6, limits);
      for (const auto& task : tasks) ++count[task.org];
      return {};
    });
    return count;
  };
  EXPECT_EQ(claimed({{kOrg, 0}}), (std::map<Org, int>{{kOther, 6}}));
  EXPECT_EQ(claimed({{kOrg, 1}}), (std::map<Org, int>{{kOrg, 1}, {kOther, 4}}));
  EXPECT_EQ(claimed({}), (std::map<Org, int>{{kOrg, 6}}));
}

TEST_P(StoreTest, AbandonedAndRetriedWorkIsNotHiddenByANewBacklogNorHidesIt) {
  const auto enqueue = [this](const std::string& name, int count) {
    write([&](Transaction& tx) -> Result<void> {
      for (int i = 0; i < count; ++i)
        (void)tx.enqueue({.org = kOrg, .kind = "k", .key = name + std::to_string(i)});
      return {};
    });
  };
  const auto claimed = [this](int most) {
    std::map<std::string, int> count;
    write([&](Transaction& tx) -> Result<void> {
      count.clear();
      const auto tasks = *tx.claim({"k"}, "w", 30'000, most);
      for (const auto& task : tasks) ++count[task.key.substr(0, 3)];
      return {};
    });
    return count;
  };
  enqueue("old", 20);
  EXPECT_EQ(claimed(20)["old"], 20);
  now_ += 30'001;
  enqueue("new", 20);
  auto some = claimed(10);
  EXPECT_EQ(some["old"], 5);
  EXPECT_EQ(some["new"], 5);
  int old = 0;
  for (int i = 0; i < 12; ++i, ++now_) old += claimed(1)["old"];
  EXPECT_GT(old, 0) << "one at a time, too";
  EXPECT_LT(old, 12);
  auto rest = claimed(100);
  EXPECT_EQ(rest["old"], 15 - old) << "whatever is left, when there is place";
  EXPECT_EQ(rest["new"], 15 - (12 - old));
}

TEST_P(StoreTest, ARetriedTaskWaitsUntilItsTimeAndRemembersWhy) {
  write([](Transaction& tx) -> Result<void> {
    (void)tx.enqueue({.org = kOrg, .kind = "k", .key = "1"});
    const auto claimed = *tx.claim({"k"}, "w", 1'000, 1);
    return tx.retry(claimed.at(0), 1'005'000, "upstream said 503");
  });
  write([](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(tx.claim({"k"}, "w", 1'000, 1)->empty());
    return {};
  });
  now_ = 1'005'000;
  write([](Transaction& tx) -> Result<void> {
    const auto claimed = *tx.claim({"k"}, "w", 1'000, 1);
    EXPECT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed.at(0).last_problem, "upstream said 503");
    EXPECT_EQ(claimed.at(0).attempts, 2);
    return {};
  });
}

TEST_P(StoreTest, AnArrivalIsStoredOnceAndItsRepeatsAreCounted) {
  write([](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(*tx.add_inbox(kOrg, {.source = "s", .id = "1", .raw = "{}"}));
    EXPECT_FALSE(*tx.add_inbox(kOrg, {.source = "s", .id = "1", .raw = "{}"}));
    EXPECT_TRUE(*tx.add_inbox(kOther, {.source = "s", .id = "1", .raw = "{}"}));
    return {};
  });
  EXPECT_EQ(ask<Counters>([](Reader& r) { return r.counters(kOrg); }).duplicates_suppressed, 1);
  EXPECT_EQ(ask<Counters>([](Reader& r) { return r.counters(kOther); }).duplicates_suppressed, 0);
}

TEST_P(StoreTest, EventsStayUntilAllConsumersHaveThem) {
  write([](Transaction& tx) -> Result<void> {
    for (int i = 0; i < 3; ++i) {
      v1::Event event;
      event.set_type("message.stored");
      event.set_module(v1::MODULE_EBOX);
      (void)tx.append_event(kOrg, event);
    }
    (void)tx.put_consumer({.org = kOrg,
                           .module = v1::MODULE_EBOX,
                           .name = "fast",
                           .acknowledged = 3,
                           .seen_ms = 1'000'000});
    (void)tx.put_consumer({.org = kOrg,
                           .module = v1::MODULE_EBOX,
                           .name = "slow",
                           .acknowledged = 1,
                           .seen_ms = 1'000'000});
    return tx.prune_events(1'000'000).ok() ? Result<void>() : Result<void>(Error{});
  });
  EXPECT_EQ(ask<std::vector<v1::Event>>([](Reader& r) {
              return r.events(kOrg, v1::MODULE_EBOX, 1, 10);
            }).size(),
            2U);
  now_ = 3'000'000;
  write([](Transaction& tx) -> Result<void> {
    auto dropped = tx.prune_events(1'000'000);
    EXPECT_EQ(dropped->size(), 2U);
    return {};
  });
  EXPECT_FALSE(ask<std::optional<Consumer>>(
      [](Reader& r) { return r.consumer(kOrg, v1::MODULE_EBOX, "slow"); }));
  const auto expired = store_->read([](Reader& reader) -> Result<void> {
    auto events = reader.events(kOrg, v1::MODULE_EBOX, 1, 10);
    return events ? Result<void>() : Result<void>(events.error());
  });
  EXPECT_EQ(expired.error().code, "events.cursor_expired");
  // So it is for one who comes back after being dropped, and for one ahead of a restored log.
  for (const std::int64_t after : {0, 1'000}) {
    const auto lost = store_->read([&](Reader& reader) -> Result<void> {
      auto events = reader.events(kOrg, v1::MODULE_EBOX, after, 10);
      return events ? Result<void>() : Result<void>(events.error());
    });
    EXPECT_EQ(lost.error().code, "events.cursor_expired") << after;
  }
}

TEST_P(StoreTest, ListenersHearWhatACommitChangedBeforeItIsAnswered) {
  std::vector<Org> heard;
  store_->on_commit([&](const CommitNotice& notice) { heard = notice.organisations; });
  write([](Transaction& tx) {
    auto stored = message("a");
    return tx.put_message(kOrg, stored, "message.stored");
  });
  EXPECT_EQ(heard, std::vector<Org>{kOrg});
}

TEST_P(StoreTest, EverythingIsThereAfterReopening) {
  write([](Transaction& tx) {
    auto stored = message("a");
    return tx.put_message(kOrg, stored, "message.stored");
  });
  store_.reset();
  open();
  EXPECT_TRUE(ask<std::optional<StoredMessage>>([](Reader& r) { return r.message(kOrg, "a"); }));
  EXPECT_EQ(ask<Page<v1::Message>>([](Reader& r) {
              return r.messages(kOrg, {.words = {"maandstaat"}});
            }).total,
            1);
}

TEST_P(StoreTest, AClosedStoreAnswersEveryRequest) {
  store_->close();
  EXPECT_EQ(store_->write_and_wait([](Transaction&) { return Result<void>(); }).error().code,
            "store.closed");
}

TEST_P(StoreTest, ANewerDatabaseIsRefusedUnchanged) {
  store_.reset();
  engine_->make_schema_newer();
  const auto before = engine_->state();
  const auto opened = engine_->open({});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.schema_too_new");
  EXPECT_EQ(engine_->state(), before);
}

TEST_P(StoreTest, ADamagedSearchKeyIsNotReplaced) {
  store_.reset();
  std::ofstream(folder_ / "index.key") << "short";
  EXPECT_EQ(engine_->open({}).error().code, "store.index_key_damaged");
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST_P(StoreTest, ABlobIsThereWholeOrNotAtAll) {
  {
    auto writer = std::move(store_->blobs().create(kOrg)).value();
    ASSERT_TRUE(writer->append(bytes_of("half")).ok());
  }
  EXPECT_FALSE(engine_->holds_leftovers(kOrg));
  std::string sha256;
  {
    auto writer = std::move(store_->blobs().create(kOrg)).value();
    ASSERT_TRUE(writer->append(bytes_of("abc")).ok());
    const auto ref = writer->commit();
    ASSERT_TRUE(ref.ok());
    EXPECT_EQ(ref->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(ref->size, 3);
    sha256 = ref->sha256;
  }
  auto reader = std::move(store_->blobs().open(kOrg, sha256)).value();
  EXPECT_EQ(reader->size(), 3);
  std::vector<std::byte> piece(kPieceBytes);
  EXPECT_EQ(*reader->read_piece(0, piece), 3U);
  EXPECT_EQ(std::memcmp(piece.data(), "abc", 3), 0);
  EXPECT_EQ(*reader->read_piece(1, piece), 0U);
  EXPECT_EQ(store_->blobs().open(kOther, sha256).error().code, "blob.missing");
  EXPECT_EQ(store_->blobs().open(kOrg, "../../etc").error().code, "blob.missing");
  engine_->shorten_blob(kOrg, sha256);
  EXPECT_EQ(store_->blobs().open(kOrg, sha256).error().code, "attachment.damaged");
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::ValuesIn(testing::engine_names()),
                         [](const auto& entry) { return entry.param; });

}  // namespace
}  // namespace semafoor::store
