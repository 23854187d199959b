// SPDX-License-Identifier: Apache-2.0
//
// For unit tests: a mailbox of POD MI in memory, whose answers a test may replace.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/upstream/podmi_client.h"

namespace semafoor::duties {

class FakePodmi final : public upstream::PodmiClient {
 public:
  using Item = upstream::MailboxItem;
  using Content = upstream::MailboxContent;
  using Judgement = Content::FeedbackResult;

  std::function<void()> before_acknowledge;
  std::function<Result<upstream::SendOutcome>(const v1::FeedbackItem&, std::stop_token)> on_send;
  std::function<Result<std::optional<Judgement>>(const std::string&)> on_lookup;
  std::function<Result<void>(const std::string&)> on_acknowledge;
  std::function<Result<void>(const std::string&)> on_fetch;
  // Come with the next batch.
  std::vector<upstream::MailboxBatch::Rejected> unidentified;

  void put(const std::string& id, Result<Content> content, std::int64_t sequence = 0) {
    const std::scoped_lock guard(mutex_);
    Item item;
    item.source = "urn:x-podmi:mailbox";
    item.id = id;
    item.cursor = std::to_string(items_.size() + 1);
    item.raw = sequence > 0 ? R"({"data":{"sequence":)" + std::to_string(sequence) + "}}" : "{}";
    if (content) content->sequence = sequence;
    items_.push_back(item);
    contents_.insert_or_assign(id, std::move(content));
  }
  void put_signal(const std::string& id, const v1::Signal& signal, std::int64_t sequence = 0) {
    Content content;
    content.signal = signal;
    put(id, content, sequence);
  }
  void put_result(const std::string& id, Judgement judgement) {
    Content content;
    content.result = std::move(judgement);
    put(id, content);
  }

  std::vector<std::string> acknowledged() const {
    const std::scoped_lock guard(mutex_);
    return acknowledged_;
  }
  // Client ids in the order of their sends.
  std::vector<std::string> sent() const {
    const std::scoped_lock guard(mutex_);
    return sent_;
  }
  int lookups() const {
    const std::scoped_lock guard(mutex_);
    return lookups_;
  }

  Result<upstream::MailboxBatch> fetch(const std::string& cursor, int limit,
                                       std::stop_token) override {
    if (on_fetch) {
      if (auto refused = on_fetch(cursor); !refused) return refused.error();
    }
    const std::scoped_lock guard(mutex_);
    upstream::MailboxBatch batch;
    const auto first = cursor.empty() ? 0 : std::stoul(cursor);
    for (auto i = first; i < items_.size() && static_cast<int>(batch.items.size()) < limit; ++i) {
      batch.items.push_back(items_[i]);
      batch.cursor = items_[i].cursor;
    }
    batch.rejected.swap(unidentified);
    return batch;
  }

  Result<void> acknowledge(const std::string& cursor, std::stop_token) override {
    if (before_acknowledge) before_acknowledge();
    if (on_acknowledge) {
      if (auto refused = on_acknowledge(cursor); !refused) return refused;
    }
    const std::scoped_lock guard(mutex_);
    acknowledged_.push_back(cursor);
    return {};
  }

  Result<Content> parse(const Item& item) override {
    const std::scoped_lock guard(mutex_);
    return contents_.at(item.id);
  }

  Result<upstream::SendOutcome> send(const v1::FeedbackItem& item, const std::string& reference,
                                     std::stop_token stop) override {
    {
      const std::scoped_lock guard(mutex_);
      sent_.push_back(item.client_id());
      references_.push_back(reference);
    }
    return on_send ? on_send(item, stop) : upstream::SendOutcome::received;
  }

  Result<std::optional<Judgement>> lookup(const std::string& client_id, std::stop_token) override {
    {
      const std::scoped_lock guard(mutex_);
      ++lookups_;
    }
    return on_lookup ? on_lookup(client_id) : std::optional<Judgement>();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Item> items_;
  std::map<std::string, Result<Content>> contents_;
  std::vector<std::string> acknowledged_;
  std::vector<std::string> sent_;
  std::vector<std::string> references_;
  int lookups_ = 0;
};

}  // namespace semafoor::duties
