// SPDX-License-Identifier: Apache-2.0
//
// For unit tests of the rooms above: a real store in a folder of its own, and a way to wait for
// what it shows.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/duties/manual_clock.h"
#include "gateway/os/test_folder.h"
#include "gateway/store/store.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::duties {

inline constexpr char kTestOrg[] = "0212214917";

class TestStore {
 public:
  // `root` null: nothing is sealed.
  explicit TestStore(ManualClock& clock, std::shared_ptr<const vault::SealKey> root = nullptr)
      : clock_(clock), root_(std::move(root)) {
    open();
  }
  ~TestStore() {
    store_->close();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  store::Store& operator*() { return *store_; }
  store::Store* operator->() { return store_.get(); }
  const std::filesystem::path& folder() const { return folder_; }

  // As after the end of the process: what was committed is there. Whoever used the old store is
  // gone.
  void reopen() {
    store_->close();
    store_.reset();
    open();
  }

  void add_organisation(const std::string& org = kTestOrg) {
    v1::Organisation organisation;
    organisation.mutable_organisation()->set_value(org);
    organisation.set_client_id("client");
    organisation.set_key_name("key");
    for (const auto module : {v1::MODULE_EBOX, v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK}) {
      organisation.add_enabled_modules(module);
    }
    write([&](store::Transaction& tx) { return tx.put_organisation(organisation); });
  }

  void write(const store::Store::Work& work) {
    const auto stored = store_->write_and_wait(work);
    ASSERT_TRUE(stored.ok()) << stored.error().code << ": " << stored.error().message;
  }

  // The answer of a question that must succeed.
  template <typename T>
  T ask(const std::function<Result<T>(store::Reader&)>& question) {
    std::optional<T> answer;
    const auto read = store_->read([&](store::Reader& reader) -> Result<void> {
      auto found = question(reader);
      if (!found) return found.error();
      answer = std::move(*found);
      return {};
    });
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
    return answer ? std::move(*answer) : T();
  }

  // Waits for a commit after which `condition` holds. The bound is there for a broken test only.
  bool wait_until(const std::function<bool()>& condition) {
    const auto bound = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      std::unique_lock lock(watch_->mutex);
      const auto seen = watch_->commits;
      // Not every change is announced (a duty's status is not): look again now and then.
      watch_->bell.wait_for(lock, std::chrono::milliseconds(20),
                            [&] { return watch_->commits != seen; });
      if (std::chrono::steady_clock::now() > bound) return condition();
    }
    return true;
  }

  std::vector<v1::Event> events(v1::Module module, const std::string& org = kTestOrg) {
    return ask<std::vector<v1::Event>>(
        [&](store::Reader& reader) { return reader.events(org, module, 0, 10'000); });
  }
  std::vector<std::string> event_types(v1::Module module, const std::string& org = kTestOrg) {
    std::vector<std::string> types;
    for (const auto& event : events(module, org)) types.push_back(event.type());
    return types;
  }
  v1::DutyStatus duty(const std::string& name, const std::string& org = kTestOrg) {
    for (const auto& status : ask<std::vector<v1::DutyStatus>>(
             [&](store::Reader& reader) { return reader.duties(org); })) {
      if (status.name() == name) return status;
    }
    return {};
  }
  store::Counters counters(const std::string& org = kTestOrg) {
    return ask<store::Counters>([&](store::Reader& reader) { return reader.counters(org); });
  }

  // The records of a chain, in their order.
  std::vector<v1::AuditRecord> audit(const std::string& org = kTestOrg) {
    return ask<std::vector<v1::AuditRecord>>(
        [&](store::Reader& reader) -> Result<std::vector<v1::AuditRecord>> {
          std::vector<v1::AuditRecord> records;
          auto read = reader.audit_rows(org, 0, 100'000, [&](const store::AuditRow& row) {
            EXPECT_TRUE(records.emplace_back().ParseFromString(std::string(row.body)));
          });
          if (!read) return read.error();
          return records;
        });
  }
  std::vector<std::string> acts(const std::string& org = kTestOrg) {
    std::vector<std::string> acts;
    for (const auto& record : audit(org)) acts.push_back(record.act());
    return acts;
  }

 private:
  struct Watch {
    std::mutex mutex;
    std::condition_variable bell;
    std::uint64_t commits = 0;
  };

  void open() {
    store::StoreOptions options;
    options.folder = folder_;
    options.root = root_;
    options.now_ms = [this] { return clock_.now_ms(); };
    auto opened = store::open_sqlite_store(options);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(*opened);
    store_->on_commit([watch = watch_](const store::CommitNotice&) {
      const std::scoped_lock guard(watch->mutex);
      ++watch->commits;
      watch->bell.notify_all();
    });
  }

  ManualClock& clock_;
  const std::shared_ptr<const vault::SealKey> root_;
  const std::filesystem::path folder_ = os::make_test_folder("store");
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
  std::unique_ptr<store::Store> store_;
};

}  // namespace semafoor::duties
