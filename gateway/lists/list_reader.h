// SPDX-License-Identifier: Apache-2.0
//
// Reads the documents that are lists: each once, when it is stored, and again when somebody asks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/documents/source.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/event_follower.h"
#include "gateway/lists/rules.h"
#include "gateway/lists/rules_in_force.h"
#include "gateway/lists/signal_sink.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// Name of its DutyStatus.
inline constexpr char kReadDuty[] = "lists.read";
// Documents that may be read again in one call.
inline constexpr std::size_t kMostAgain = 100;

struct ReaderOptions {
  SignalSink sink;
  // Asked before documents are read again; an error leaves all as it was.
  std::function<Result<std::shared_ptr<const Rules>>()> load_rules;
  // A document was read. Any thread; returns at once.
  std::function<void(const v1::ListReading&)> read = {};
};

// One document at a time and one transaction for each: a crash leaves it unread, and it is read
// after the next start. Other writers of a SQLite store wait while a document is read.
class ListReader {
 public:
  // Store and clock outlive the object. Made before the store is written to.
  ListReader(store::Store& store, duties::Clock& clock, std::shared_ptr<const Rules> rules,
             ReaderOptions options);

  void start() { follower_.start(); }
  // Idempotent.
  void stop() { follower_.stop(); }

  // What follows from the events so far, on the caller's thread.
  Result<void> run_once(const store::Org& org) { return follower_.run_once(org); }

  // Nothing when the attachment is no list, not stored, or was read before.
  Result<std::optional<v1::ListReading>> read(const store::Org& org, const std::string& message_id,
                                              const std::string& attachment_id);
  // Each in its own transaction, in this order, by the files' rules and the codes as they are now.
  // "lists.reading_unknown" before any is read; errors of the rules' files.
  Result<std::vector<v1::ListReading>> again(const store::Org& org,
                                             const std::vector<std::string>& reading_ids,
                                             const domain::Act& act);

 private:
  // `again`: although it was read, and in place of what it became then.
  Result<std::optional<v1::ListReading>> read_one(const store::Org& org,
                                                  const std::string& message_id,
                                                  const std::string& attachment_id,
                                                  const domain::Act& act, bool again);
  Result<std::unique_ptr<documents::Source>> source_of(const store::Org& org,
                                                       const v1::Attachment& attachment);
  Result<void> look_at(const store::Org& org, const v1::Message& message,
                       const std::stop_token& stop);
  Result<void> handle(const store::Org& org, const std::vector<v1::Event>& events,
                      const std::stop_token& stop);
  Result<void> rebuild(const store::Org& org, const std::stop_token& stop);
  Result<void> forget_removed(const store::Org& org, const std::stop_token& stop);
  Result<void> forget(const store::Org& org, const std::string& message_id);

  store::Store& store_;
  duties::Clock& clock_;
  const ReaderOptions options_;
  RulesInForce rules_;
  duties::EventFollower follower_;
};

}  // namespace semafoor::lists
