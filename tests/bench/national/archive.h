// SPDX-License-Identifier: Apache-2.0
//
// The store under load: what arrives is kept as the gateway keeps it, and read by the rooms
// themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "gateway/duties/clock.h"
#include "gateway/lists/list_reader.h"
#include "gateway/lists/lists.h"
#include "gateway/signals/signal_types.h"
#include "gateway/signals/signals.h"
#include "gateway/store/store.h"
#include "tests/bench/national/country.h"

namespace semafoor::national {

// Ends the program with what went wrong.
[[noreturn]] void fail(const std::string& what);

template <typename T>
T must(Result<T> result) {
  if (!result) fail(result.error().code + ": " + result.error().message);
  return std::move(*result);
}
void must(const Result<void>& result);

// A gateway's store in a folder, sealed under a key of nobody, with the rooms above it.
class Archive {
 public:
  explicit Archive(const std::filesystem::path& folder);
  ~Archive();

  void add(const Centre& centre);
  // The statement's document as the mailbox keeps it. Returns the message's id.
  std::string store_statement(const Centre& centre, const std::string& bytes, int month);
  // Makes rows of it; seconds.
  double read_statement(const Centre& centre, const std::string& message_id);
  // Delivers the signals of a month as they would come by mutation; returns how many were new. A
  // part is assigned, a part closed.
  int deliver_signals(const Country& country, const Centre& centre, int month);

  store::Store& store() { return *store_; }
  signals::Signals& signals() { return *signals_; }
  lists::Lists& lists() { return *lists_; }

 private:
  std::int64_t next_ms();

  std::int64_t now_ms_ = 1'770'000'000'000;
  // By message.
  std::map<std::string, std::string> attachment_of_;
  duties::SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<signals::SignalTypes> types_;
  std::unique_ptr<signals::Signals> signals_;
  std::unique_ptr<lists::Lists> lists_;
  std::unique_ptr<lists::ListReader> reader_;
};

}  // namespace semafoor::national
