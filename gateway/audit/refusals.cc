// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/refusals.h"

#include <utility>

namespace semafoor::audit {

Refusals::Refusals(store::Store& store, RefusalOptions options)
    : store_(store), options_(std::move(options)) {}

Refusals::~Refusals() {
  flush();
}

void Refusals::note(const Refusal& refusal) {
  const std::int64_t now = options_.now_ms();
  std::vector<Window> ended;
  bool first = false;
  Refusal noted = refusal;
  {
    const std::lock_guard lock(mutex_);
    ended = passed(now);
    Key key{noted.chain, noted.act.caller.account + "|" + noted.act.caller.certificate,
            noted.act.caller.program, noted.method, noted.code};
    if (windows_.size() >= options_.most && !windows_.contains(key)) {
      noted = Refusal{.code = "caller.many_refusals"};
      key = Key{"", "", "", "", noted.code};
    }
    const auto [window, added] =
        windows_.try_emplace(key, Window{.first = noted, .began_ms = now, .repeats = 0});
    first = added;
    if (!added) ++window->second.repeats;
  }
  for (const Window& one : ended) write(one.first, one.repeats);
  if (first) write(noted, 1);
}

void Refusals::tick() {
  std::vector<Window> ended;
  {
    const std::lock_guard lock(mutex_);
    ended = passed(options_.now_ms());
  }
  for (const Window& one : ended) write(one.first, one.repeats);
}

void Refusals::flush() {
  std::map<Key, Window> open;
  {
    const std::lock_guard lock(mutex_);
    open.swap(windows_);
  }
  for (const auto& [key, window] : open)
    if (window.repeats > 0) write(window.first, window.repeats);
}

std::vector<Refusals::Window> Refusals::passed(std::int64_t now) {
  std::vector<Window> ended;
  std::erase_if(windows_, [&](const auto& one) {
    const Window& window = one.second;
    // A clock that was set back must not keep a window open.
    const bool over = now - window.began_ms >= options_.window_ms || now < window.began_ms;
    if (over && window.repeats > 0) ended.push_back(window);
    return over;
  });
  return ended;
}

void Refusals::write(const Refusal& refusal, std::int64_t count) {
  store::AuditEntry entry{.what = "caller.refused", .act = refusal.act, .result = refusal.code};
  if (!refusal.organisation.empty()) {
    entry.subject_kind = "organisation";
    entry.subject_id = refusal.organisation;
  }
  entry.count = count;
  entry.detail = refusal.method;
  store_.write([chain = refusal.chain, entry = std::move(entry)](
                   store::Transaction& tx) { return tx.append_audit(chain, entry); },
               [failed = options_.failed](const Result<void>& stored) {
                 if (!stored && failed) failed(stored.error());
               });
}

}  // namespace semafoor::audit
