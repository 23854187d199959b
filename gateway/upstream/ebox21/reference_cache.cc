// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/reference_cache.h"

#include "gateway/upstream/ebox21/cache_headers.h"

namespace semafoor::upstream::ebox21 {
namespace {

// What an entry costs beside its body, so that many small ones are bounded too.
constexpr std::size_t kOverhead = 512;

}  // namespace

std::optional<ReferenceCache::Kept> ReferenceCache::find(const std::string& owner,
                                                         const std::string& url) {
  const std::lock_guard lock(mutex_);
  for (const std::string& whose : {std::string(), owner}) {
    const auto found = entries_.find({whose, url});
    if (found == entries_.end()) continue;
    Entry& entry = found->second;
    order_.splice(order_.begin(), order_, entry.place);
    return Kept{.body = entry.body, .fresh = now_() < entry.fresh_until, .etag = entry.etag};
  }
  return std::nullopt;
}

void ReferenceCache::keep(const std::string& owner, const std::string& url,
                          const HttpExchange& exchange, Body body) {
  CacheRules rules = read_cache_rules(exchange);
  const std::lock_guard lock(mutex_);
  // The same address may have been everybody's before and be the owner's alone now.
  std::string former_etag;
  for (const Key& key : {Key(std::string(), url), Key(owner, url)}) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) continue;
    if (found->second.body == body) former_etag = found->second.etag;
    erase(key);
  }
  // A 304 need not repeat what it confirms (RFC 9111 section 4.3.4).
  if (exchange.status == 304 && rules.etag.empty()) rules.etag = std::move(former_etag);
  const bool keep = rules.keep || !rules.etag.empty();
  const std::size_t cost = body->size() + kOverhead;
  if (!keep || cost > most_ / 4) return;
  while (held_ + cost > most_) erase(Key(order_.back()));
  const Key key(rules.shared ? std::string() : owner, url);
  order_.push_front(key);
  held_ += cost;
  entries_.emplace(key, Entry{.body = std::move(body),
                              .fresh_until = now_() + rules.fresh_for,
                              .etag = std::move(rules.etag),
                              .place = order_.begin()});
}

std::size_t ReferenceCache::size() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

void ReferenceCache::erase(const Key& key) {
  const auto found = entries_.find(key);
  held_ -= found->second.body->size() + kOverhead;
  order_.erase(found->second.place);
  entries_.erase(found);
}

}  // namespace semafoor::upstream::ebox21
