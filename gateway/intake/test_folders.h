// SPDX-License-Identifier: Apache-2.0
//
// For unit tests: one organisation's watched folders over a real store, and words for what lies
// where.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gateway/duties/test_store.h"
#include "gateway/intake/folder_look.h"
#include "gateway/os/test_folder.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::intake {

namespace fs = std::filesystem;

class FoldersTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kMiB = 1024 * 1024;

  FoldersTest() {
    store_.add_organisation();
    restart();
    EXPECT_TRUE(folders_.make().ok());
  }
  ~FoldersTest() override {
    std::error_code ignored;
    fs::permissions(folders_.of(v1::EBOX_TYPE_CITIZEN), fs::perms::owner_all, ignored);
    fs::remove_all(base_, ignored);
  }

  // As another process would begin: it remembers nothing.
  void restart() {
    filing_ = std::make_unique<Filing>(
        *store_, families_, [this] { return clock_.now_ms(); }, kMiB);
    look_ = std::make_unique<FolderLook>(duties::kTestOrg, folders_, *filing_, options_,
                                         [this](const Outcome& one) { told_.push_back(one); });
  }
  Result<void> look() { return look_->look(clock_.steady_ms(), {}); }
  // Looks until everything that can be is taken.
  Result<void> looks() {
    (void)look();
    clock_.advance(options_.settle_ms);
    return look();
  }

  fs::path place(const std::string& name, v1::EboxType box = v1::EBOX_TYPE_CITIZEN) const {
    return folders_.of(box) / os::path_of(name);
  }
  static void write(const fs::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
  }
  void put(const std::string& name, const std::string& content,
           v1::EboxType box = v1::EBOX_TYPE_CITIZEN) {
    write(place(name, box), content);
  }
  static std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static std::vector<std::string> names(const fs::path& folder) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder))
      found.push_back(entry.path().filename().string());
    std::ranges::sort(found);
    return found;
  }
  std::vector<std::string> dropped() const { return names(folders_.of(v1::EBOX_TYPE_CITIZEN)); }
  std::vector<std::string> done() const { return names(folders_.done()); }
  std::vector<std::string> refused() const { return names(folders_.refused()); }
  std::vector<std::string> working() const { return names(folders_.work()); }

  std::vector<v1::Message> messages() {
    store::MessageQuery query;
    query.limit = 1'000;
    return store_
        .ask<store::Page<v1::Message>>(
            [&](store::Reader& reader) { return reader.messages(duties::kTestOrg, query); })
        .items;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  mailbox::Families families_ = *mailbox::Families::load();
  const fs::path base_ = os::make_test_folder("intake");
  const DropFolders folders_{base_ / duties::kTestOrg};
  LookOptions options_;
  std::unique_ptr<Filing> filing_;
  std::unique_ptr<FolderLook> look_;
  std::vector<Outcome> told_;
};

}  // namespace semafoor::intake
