// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream::ebox21 {

// Answers of one provider that its cache headers allow to use again, in memory; the reference data
// of dialect 2.1 (reference ebox-api 2.7). What is longest unused goes when the bound is reached.
// Shared by the clients of all organisations: an answer that is not marked public is found by the
// one who asked for it only. Safe from several threads.
class ReferenceCache {
 public:
  using Clock = std::chrono::steady_clock;
  using Body = std::shared_ptr<const std::string>;

  // Bodies together; an answer larger than a quarter of it is not kept.
  static constexpr std::size_t kBytes = 16 * 1024 * 1024;

  explicit ReferenceCache(std::size_t bytes = kBytes,
                          std::function<Clock::time_point()> now = &Clock::now)
      : most_(bytes), now_(std::move(now)) {}

  struct Kept {
    Body body;
    bool fresh = false;
    // Empty: it cannot be asked for again by it.
    std::string etag;
  };

  // `owner`: who asks; never an empty text.
  std::optional<Kept> find(const std::string& owner, const std::string& url);
  // An answer came: 200 with `body`, or 304 about it. Forgets what may no longer be kept.
  void keep(const std::string& owner, const std::string& url, const HttpExchange& exchange,
            Body body);
  // Bytes held, for tests and metrics.
  std::size_t size() const;

 private:
  // Owner (empty: everybody) and address.
  using Key = std::pair<std::string, std::string>;
  struct Entry {
    Body body;
    Clock::time_point fresh_until;
    std::string etag;
    std::list<Key>::iterator place;
  };

  void erase(const Key& key);

  const std::size_t most_;
  const std::function<Clock::time_point()> now_;
  mutable std::mutex mutex_;
  std::map<Key, Entry> entries_;
  // Most recently used first.
  std::list<Key> order_;
  std::size_t held_ = 0;
};

}  // namespace semafoor::upstream::ebox21
