// SPDX-License-Identifier: Apache-2.0
//
// For unit tests: a mailbox of POD MI in memory, whose answers a test may replace.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <sstream>
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
  std::function<Result<upstream::SendReceipt>(const v1::FeedbackItem&, std::stop_token)> on_send;
  std::function<Result<std::optional<Judgement>>(const std::string&)> on_lookup;
  std::function<Result<void>(const std::string&)> on_acknowledge;
  std::function<Result<void>(const std::string&)> on_fetch;
  std::function<Result<void>(const upstream::Fetched&)> on_read;
  // Come with the next batch.
  std::vector<upstream::MailboxBatch::Rejected> unidentified;
  upstream::FetchManner its_manner = upstream::FetchManner::acknowledged;
  // The next fetch breaks off behind so many messages (where they are removed).
  int breaks_off_after = -1;

  void put(const std::string& id, Result<Content> content, std::int64_t sequence = 0) {
    const std::scoped_lock guard(mutex_);
    Item item;
    item.source = "urn:x-podmi:mailbox";
    item.id = id;
    item.cursor = std::to_string(items_.size() + 1);
    item.raw = "{}";
    item.sequence = sequence;
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
  // Under which signals' references, in the same order.
  std::vector<std::string> references() const {
    const std::scoped_lock guard(mutex_);
    return references_;
  }
  int lookups() const {
    const std::scoped_lock guard(mutex_);
    return lookups_;
  }

  upstream::FetchManner manner() const override { return its_manner; }

  // The body of an answer names the messages in it: "0 1 2 ".
  Result<upstream::Fetched> fetch(const std::string& cursor, int limit, const Keep& keep,
                                  std::stop_token) override {
    if (on_fetch) {
      if (auto refused = on_fetch(cursor); !refused) return refused.error();
    }
    std::unique_lock guard(mutex_);
    const bool removes = its_manner == upstream::FetchManner::removed;
    const auto first = removes ? removed_ : cursor.empty() ? 0 : std::stoul(cursor);
    upstream::Fetched fetched;
    int count = 0;
    for (auto i = first; i < items_.size() && count < limit; ++i, ++count) {
      if (removes) removed_ = i + 1;
      if (breaks_off_after < 0 || count < breaks_off_after) fetched.body += std::to_string(i) + " ";
    }
    if (std::exchange(breaks_off_after, -1) >= 0) {
      fetched.problem = Error{.kind = ErrorKind::unavailable,
                              .code = "upstream.no_answer",
                              .message = "Reading the mailbox: the connection broke."};
    }
    guard.unlock();
    if (removes && keep && !fetched.body.empty()) {
      if (auto kept = keep(fetched.body); !kept) return kept.error();
    }
    return fetched;
  }

  Result<upstream::MailboxBatch> read(const upstream::Fetched& fetched) override {
    if (on_read) {
      if (auto refused = on_read(fetched); !refused) return refused.error();
    }
    const std::scoped_lock guard(mutex_);
    upstream::MailboxBatch batch;
    std::istringstream numbers(fetched.body);
    for (std::size_t i = 0; numbers >> i;) {
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

  Result<upstream::SendReceipt> send(const v1::FeedbackItem& item, const std::string& reference,
                                     std::stop_token stop) override {
    {
      const std::scoped_lock guard(mutex_);
      sent_.push_back(item.client_id());
      references_.push_back(reference);
    }
    if (on_send) return on_send(item, stop);
    return upstream::SendReceipt(upstream::SendOutcome::received);
  }

  Result<std::optional<Judgement>> lookup(const v1::FeedbackItem& item, std::stop_token) override {
    {
      const std::scoped_lock guard(mutex_);
      ++lookups_;
    }
    return on_lookup ? on_lookup(item.client_id()) : std::optional<Judgement>();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Item> items_;
  std::map<std::string, Result<Content>> contents_;
  std::vector<std::string> acknowledged_;
  std::vector<std::string> sent_;
  std::vector<std::string> references_;
  int lookups_ = 0;
  std::size_t removed_ = 0;
};

}  // namespace semafoor::duties
