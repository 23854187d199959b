// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "gateway/backup/make.h"
#include "gateway/os/test_folder.h"
#include "gateway/store/store.h"

namespace semafoor::backup {

namespace fs = std::filesystem;
inline constexpr char kOrg[] = "0212344876";

inline bool go_on(const std::string&, std::int64_t, std::int64_t) {
  return true;
}

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::open_sqlite_store({.folder = folder_ / "data"});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(*opened);
    write([](store::Transaction& tx) {
      v1::Organisation organisation;
      organisation.mutable_organisation()->set_value(kOrg);
      return tx.put_organisation(organisation);
    });
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  void write(const store::Store::Work& work) {
    const auto done = store_->write_and_wait(work);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  // A message with one stored attachment; `content` empty: the message loses it.
  store::BlobRef put_message(const std::string& id, const std::string& content) {
    auto blob = store_->blobs().create(kOrg);
    EXPECT_TRUE(blob.ok());
    EXPECT_TRUE((*blob)->append(std::as_bytes(std::span(content))).ok());
    auto ref = (*blob)->commit();
    EXPECT_TRUE(ref.ok());
    write([&](store::Transaction& tx) {
      store::StoredMessage stored;
      v1::Message& message = stored.message;
      message.mutable_organisation()->set_value(kOrg);
      message.set_message_id(id);
      message.set_provider_id("test");
      message.set_provider_message_id(id);
      v1::Attachment& attachment = *message.add_attachments();
      attachment.set_attachment_id(id + "-1");
      attachment.set_state(v1::ATTACHMENT_STATE_STORED);
      attachment.set_sha256(std::string());
      std::string bytes;
      for (std::size_t i = 0; i < ref->sha256.size(); i += 2)
        bytes += static_cast<char>(std::stoi(ref->sha256.substr(i, 2), nullptr, 16));
      attachment.set_sha256(bytes);
      attachment.set_size_bytes(ref->size);
      return tx.put_message(kOrg, stored, "message.stored");
    });
    return *ref;
  }
  fs::path path_of(const store::BlobRef& ref) const {
    return folder_ / "data" / "blobs" / kOrg / ref.sha256.substr(0, 2) / ref.sha256;
  }
  Order order() const {
    return {.target = folder_ / "backup",
            .data_folder = folder_ / "data",
            .made_by = "9.9",
            .made_ms = 1'700'000'000'000};
  }

  fs::path folder_ = os::make_test_folder("backup");
  std::unique_ptr<store::Store> store_;
};

}  // namespace semafoor::backup
