// SPDX-License-Identifier: Apache-2.0
//
// What a store that seals promises beyond what every store does (store_test.cc runs over it too):
// nothing in clear on the disk, no reading without the key, and erasing what was sealed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <future>
#include <iterator>

#include "gateway/os/test_folder.h"
#include "gateway/store/piece_sums.h"
#include "gateway/store/store.h"
#include "gateway/store/testing/engine.h"
#include "gateway/vault/seal/seal_key.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kOrg[] = "0212344876";
constexpr char kOther[] = "0212214917";
constexpr char kPerson[] = "85073003328";
constexpr char kSecret[] = "canary-of-the-content";

class SealedStore : public ::testing::Test {
 protected:
  ~SealedStore() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  Error open(const testing::Root& root) {
    store_.reset();
    auto opened = open_sqlite_store({.folder = folder_, .root = root});
    if (!opened) return opened.error();
    store_ = std::move(*opened);
    return {};
  }
  // One of each kind, with the canary in it; returns the attachment's SHA-256.
  std::string fill(const Org& org) {
    auto writer = store_->blobs().create(org);
    EXPECT_TRUE(writer.ok());
    const std::string bytes = content();
    EXPECT_TRUE((*writer)->append(std::as_bytes(std::span(bytes))).ok());
    const auto ref = (*writer)->commit();
    EXPECT_TRUE(ref.ok());
    const auto done = store_->write_and_wait([&](Transaction& tx) -> Result<void> {
      v1::Organisation organisation;
      organisation.mutable_organisation()->set_value(org);
      if (auto put = tx.put_organisation(organisation); !put) return put;
      StoredMessage message;
      message.message.set_message_id("m");
      message.message.set_provider_id("nsso");
      message.message.set_provider_message_id("up-m");
      message.message.mutable_subject()->set_nl(kSecret);
      auto& attachment = *message.message.add_attachments();
      attachment.set_attachment_id("a");
      attachment.set_state(v1::ATTACHMENT_STATE_STORED);
      attachment.set_size_bytes(ref->size);
      std::string digest;
      for (std::size_t i = 0; i < ref->sha256.size(); i += 2)
        digest += static_cast<char>(std::stoi(ref->sha256.substr(i, 2), nullptr, 16));
      attachment.set_sha256(digest);
      message.upstream_json = std::string("{\"x\":\"") + kSecret + "\"}";
      if (auto put = tx.put_message(org, message, "message.new"); !put) return put;
      v1::Signal signal;
      signal.set_signal_id("s");
      signal.mutable_person()->set_value(kPerson);
      signal.mutable_dossiers()->Add()->set_label(kSecret);
      if (auto put = tx.put_signal(org, std::string("key|") + kPerson, signal, "signal.new"); !put)
        return put;
      v1::FeedbackItem item;
      item.set_client_id("c");
      item.set_remark(kSecret);
      if (auto put = tx.put_feedback(org, "hash", item, ""); !put) return put;
      v1::Operation operation;
      operation.set_operation_id("o");
      operation.set_problem(kSecret);
      if (auto put = tx.put_operation(org, operation); !put) return put;
      if (auto put = tx.enqueue({.org = org, .kind = "k", .key = "t", .payload = kSecret}); !put)
        return put.error();
      auto added = tx.add_inbox(org, {"source", "i", std::string("\1") + kSecret, "unread", ""});
      return added ? Result<void>() : added.error();
    });
    EXPECT_TRUE(done.ok()) << done.error().message;
    return ref->sha256;
  }
  // What fill() put there is there.
  void expect_all(const Org& org, const std::string& sha256) {
    const auto read = store_->read([&](Reader& reader) -> Result<void> {
      const auto message = reader.message(org, "m");
      if (!message) return message.error();
      EXPECT_EQ((*message)->message.subject().nl(), kSecret);
      EXPECT_THAT((*message)->upstream_json, HasSubstr(kSecret));
      EXPECT_EQ(reader.messages(org, {})->items.size(), 1u);
      EXPECT_EQ(reader.messages(org, {.words = {"canary"}})->items.size(), 1u);
      SignalQuery by_person;
      by_person.ssin = kPerson;
      EXPECT_EQ(reader.signals(org, by_person)->items.size(), 1u);
      EXPECT_TRUE(reader.signal_by_key(org, std::string("key|") + kPerson)->has_value());
      EXPECT_EQ((*reader.feedback(org, "c"))->remark(), kSecret);
      EXPECT_EQ((*reader.operation(org, "o"))->problem(), kSecret);
      EXPECT_EQ(reader.inbox(org, "source", "unread", 9)->at(0).raw, std::string("\1") + kSecret);
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    (void)store_->write_and_wait([&](Transaction& tx) -> Result<void> {
      const auto tasks = tx.claim({"k"}, "me", 0, 9);
      if (!tasks) return tasks.error();
      for (const Task& task : *tasks) EXPECT_EQ(task.payload, kSecret);
      EXPECT_FALSE(tasks->empty());
      return {};
    });
    auto blob = store_->blobs().open(org, sha256);
    ASSERT_TRUE(blob.ok()) << blob.error().message;
    std::string bytes;
    std::vector<std::byte> piece(kPieceBytes);
    for (std::int64_t number = 0;; ++number) {
      const auto size = (*blob)->read_piece(number, piece);
      ASSERT_TRUE(size.ok()) << size.error().message;
      if (*size == 0) break;
      bytes.append(reinterpret_cast<const char*>(piece.data()), *size);
    }
    EXPECT_EQ(bytes, content());
  }
  // Longer than a piece, and than a chunk.
  static std::string content() {
    std::string bytes;
    while (bytes.size() < 3 * kPieceBytes + 100) bytes += std::to_string(bytes.size()) + kSecret;
    return bytes;
  }
  std::string problem_of_reading(const Org& org) {
    const auto read = store_->read([&](Reader& reader) -> Result<void> {
      const auto signal = reader.signal(org, "s");
      return signal ? Result<void>() : signal.error();
    });
    return read.ok() ? "" : read.error().code;
  }
  // Files of the folder in which `text` stands.
  std::vector<std::string> files_with(const std::string& text) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename().string());
    }
    return found;
  }

  const fs::path folder_ = os::make_test_folder("sealed");
  const testing::Root root_ = testing::test_root();
  std::unique_ptr<Store> store_;
};

TEST_F(SealedStore, GivesBackWhatItGotAndHoldsNothingOfItInClear) {
  ASSERT_EQ(open(root_).message, "");
  const std::string sha256 = fill(kOrg);
  expect_all(kOrg, sha256);
  for (const char* secret : {kSecret, kPerson}) {
    EXPECT_THAT(files_with(secret), ::testing::IsEmpty()) << secret;
  }
  // Nor can anybody look whether a document that he knows is there.
  EXPECT_FALSE(fs::exists(folder_ / "blobs" / kOrg / sha256.substr(0, 2) / sha256));
  ASSERT_EQ(open(root_).message, "");
  expect_all(kOrg, sha256);
  EXPECT_THAT(files_with(kSecret), ::testing::IsEmpty());
}

TEST_F(SealedStore, TheTestOfTheCanaryFindsItWhereNothingIsSealed) {
  ASSERT_EQ(open(nullptr).message, "");
  fill(kOrg);
  EXPECT_FALSE(files_with(kSecret).empty());
  EXPECT_FALSE(files_with(kPerson).empty());
}

TEST_F(SealedStore, WithoutItsKeyItIsLockedAndUnchanged) {
  ASSERT_EQ(open(root_).message, "");
  const std::string sha256 = fill(kOrg);
  EXPECT_EQ(open(nullptr).code, "vault.locked");
  const auto other = std::make_shared<vault::SealKey>(vault::SealKey::make().value());
  EXPECT_EQ(open(other).code, "vault.other_key");
  ASSERT_EQ(open(root_).message, "");
  expect_all(kOrg, sha256);
}

TEST_F(SealedStore, AProgramOfBeforeIsRefusedOnceSomethingIsSealed) {
  const auto lowest_reader = [&] {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open((folder_ / "semafoor.db").string().c_str(), &database), SQLITE_OK);
    int lowest = 0;
    (void)sqlite3_exec(
        database, "SELECT value FROM meta WHERE name = 'lowest_reader'",
        [](void* out, int, char** values, char**) {
          *static_cast<int*>(out) = std::stoi(values[0]);
          return 0;
        },
        &lowest, nullptr);
    sqlite3_close(database);
    return lowest;
  };
  ASSERT_EQ(open(nullptr).message, "");
  store_.reset();
  EXPECT_EQ(lowest_reader(), 1);
  ASSERT_EQ(open(root_).message, "");
  store_.reset();
  EXPECT_GT(lowest_reader(), 1);
}

TEST_F(SealedStore, WhatWasStoredInClearIsSealedWhenAKeyComes) {
  ASSERT_EQ(open(nullptr).message, "");
  const std::string sha256 = fill(kOrg);
  const std::string again = fill(kOther);
  ASSERT_EQ(open(root_).message, "");
  expect_all(kOrg, sha256);
  expect_all(kOther, again);
  EXPECT_THAT(files_with(kSecret), ::testing::IsEmpty());
  EXPECT_THAT(files_with(kPerson), ::testing::IsEmpty());
}

TEST_F(SealedStore, AnErasedOrganisationIsGoneAndTheOthersAreNot) {
  ASSERT_EQ(open(root_).message, "");
  fill(kOrg);
  const std::string kept = fill(kOther);
  std::string wrapped;
  ASSERT_TRUE(store_
                  ->read([&](Reader& reader) -> Result<void> {
                    wrapped = reader.wrapped_keys()->at(1).wrapped;
                    EXPECT_EQ(reader.wrapped_keys()->at(1).org, kOrg);
                    return {};
                  })
                  .ok());
  EXPECT_FALSE(files_with(wrapped).empty());
  ASSERT_TRUE(store_->erase(kOrg).ok());
  EXPECT_THAT(files_with(wrapped), ::testing::IsEmpty());
  EXPECT_EQ(problem_of_reading(kOrg), "");
  const auto refused = store_->write_and_wait([&](Transaction& tx) -> Result<void> {
    v1::Signal signal;
    signal.set_signal_id("s2");
    return tx.put_signal(kOrg, "k2", signal, "");
  });
  EXPECT_EQ(refused.error().code, "store.erased");
  EXPECT_EQ(store_->blobs().create(kOrg).error().code, "store.erased");
  expect_all(kOther, kept);
  // Also after a restart, and until somebody begins anew.
  ASSERT_EQ(open(root_).message, "");
  EXPECT_EQ(store_->blobs().create(kOrg).error().code, "store.erased");
  ASSERT_TRUE(
      store_->write_and_wait([&](Transaction& tx) { return tx.prepare_key(kOrg, true); }).ok());
  expect_all(kOrg, fill(kOrg));
}

TEST_F(SealedStore, AKeyThatWasMadeInWorkThatFailedIsNotUsed) {
  ASSERT_EQ(open(root_).message, "");
  const auto failed = store_->write_and_wait([&](Transaction& tx) -> Result<void> {
    v1::Signal signal;
    signal.set_signal_id("s");
    if (auto put = tx.put_signal(kOrg, "k", signal, ""); !put) return put;
    return Error{.kind = ErrorKind::aborted, .code = "test", .message = "No."};
  });
  EXPECT_EQ(failed.error().code, "test");
  const std::string sha256 = fill(kOrg);
  ASSERT_EQ(open(root_).message, "");
  expect_all(kOrg, sha256);
}

TEST_F(SealedStore, WorksOfOneTransactionAgreeOnTheKeysThatAreThere) {
  ASSERT_EQ(open(root_).message, "");
  std::promise<void> gate;
  store_->write(
      [open = gate.get_future().share()](Transaction&) -> Result<void> {
        open.wait();
        return {};
      },
      {});
  const auto put = [this](const char* id, const char* then, const char* expected) {
    store_->write(
        [id, then](Transaction& tx) -> Result<void> {
          v1::Signal signal;
          signal.set_signal_id(id);
          if (auto stored = tx.put_signal(kOrg, id, signal, ""); !stored) return stored;
          if (std::string(then) == "erase") return tx.erase(kOrg);
          if (std::string(then) == "fail")
            return Error{.kind = ErrorKind::aborted, .code = "test", .message = "No."};
          return {};
        },
        [expected](const Result<void>& result) {
          EXPECT_EQ(result ? "" : result.error().code, expected);
        });
  };
  // Makes a key, which is undone; the next makes its own, which is used until it is taken away.
  put("s1", "fail", "test");
  put("s2", "", "");
  put("s3", "fail", "test");
  put("s4", "", "");
  put("s5", "erase", "");
  put("s6", "", "store.erased");
  store_->write([](Transaction& tx) { return tx.prepare_key(kOrg, true); }, {});
  put("s7", "", "");
  put("s8", "", "");
  gate.set_value();
  ASSERT_TRUE(store_->write_and_wait([](Transaction&) -> Result<void> { return {}; }).ok());
  ASSERT_EQ(open(root_).message, "");
  const auto read = store_->read([&](Reader& reader) -> Result<void> {
    auto page = reader.signals(kOrg, {});
    if (!page) return page.error();
    EXPECT_EQ(page->items.size(), 2u);
    return {};
  });
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST_F(SealedStore, WithoutTheKeyOfOneOrganisationItIsSaidAndTheOthersGoOn) {
  ASSERT_EQ(open(root_).message, "");
  fill(kOrg);
  const std::string kept = fill(kOther);
  store_.reset();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "semafoor.db").string().c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "DELETE FROM data_keys WHERE org = '0212344876'", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  ASSERT_EQ(open(root_).message, "");
  EXPECT_EQ(problem_of_reading(kOrg), "store.key_missing");
  EXPECT_EQ(store_->blobs().create(kOrg).error().code, "store.key_missing");
  const auto refused =
      store_->write_and_wait([&](Transaction& tx) { return tx.prepare_key(kOrg, false); });
  EXPECT_EQ(refused.error().code, "store.key_missing");
  expect_all(kOther, kept);
}

TEST_F(SealedStore, ABackupHoldsNoKeyOfAnOrganisation) {
  ASSERT_EQ(open(root_).message, "");
  fill(kOrg);
  const fs::path copy = folder_ / "copy";
  fs::create_directory(copy);
  ASSERT_TRUE(store_->snapshot(copy, {}).ok());
  std::string wrapped;
  ASSERT_TRUE(store_
                  ->read([&](Reader& reader) -> Result<void> {
                    wrapped = reader.wrapped_keys()->at(0).wrapped;
                    return {};
                  })
                  .ok());
  for (const std::string& file : files_with(wrapped)) EXPECT_NE(file, "semafoor.db.new");
  std::ifstream copied(copy / "semafoor.db", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(copied), {}};
  EXPECT_EQ(bytes.find(wrapped), std::string::npos);
}

}  // namespace
}  // namespace semafoor::store
