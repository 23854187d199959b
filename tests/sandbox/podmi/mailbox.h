// SPDX-License-Identifier: Apache-2.0
//
// The mailbox of POD MI: signals and results out, answers in. The wire is of this project (see
// README.md). All functions [any-thread].
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/content/signals.h"
#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ledger/ledger.h"

namespace semafoor::sandbox::podmi {

enum class Repeat { none, same_event, new_event };

// One position of a mailbox. At most one of the references is set (none: malformed on purpose).
struct Event {
  http::Json json;
  std::string signal_reference;
  std::string feedback_id;
};

struct Answer {
  std::string id;
  std::string source;
  // The data as it came, to tell a repetition from a conflict.
  http::Json data;
  std::string signal_reference;
  std::string evaluation;
  std::string authority_reference;
  http::Json errors;
  // False while the results are held back.
  bool decided = false;
};

struct Ordered {
  std::string evaluation;
  std::string code;
  int times = 1;
};

class Mailbox {
 public:
  explicit Mailbox(ledger::Ledger& ledger) : ledger_(ledger) {}

  void open(const std::string& organisation);
  // Takes the next gapless number; a repetition comes at once after it, as the same event again
  // (same id and number) or as a new event about the same signal.
  void add_signal(const content::Signal& signal, Repeat repeat);
  // An event of the signal type whose data no consumer can use; it takes a number of its own.
  // Returns its id.
  std::string add_malformed(const std::string& organisation);
  // At start, signals of one organisation: `repeats` says for each signal what comes twice;
  // repetitions come some places later, and some neighbours are exchanged, so that the order of
  // numbers is not the order of delivery.
  void fill(const std::vector<content::Signal>& signals, const std::vector<Repeat>& repeats);

  struct Batch {
    std::vector<Event> events;
    // Position of the first event.
    std::uint64_t first = 0;
  };
  // nullopt: no such cursor.
  std::optional<Batch> after(const std::string& organisation, const std::string& cursor,
                             std::size_t limit) const;
  static std::string cursor_of(std::uint64_t position);
  // False: no such cursor.
  bool acknowledge(const std::string& organisation, const std::string& cursor);

  enum class Arrival { fresh, again, conflict };
  // Records the answer, decides about it, and puts the result into the mailbox (or holds it back).
  Arrival receive(const std::string& organisation, const std::string& source, const std::string& id,
                  const http::Json& data);
  std::optional<Answer> find(const std::string& organisation, const std::string& id) const;

  // Results wait until they are released.
  void hold_results(bool hold);
  // The next answers (of this organisation; empty: of any) are decided so, whatever they say.
  void order(const std::string& organisation, Ordered ordered);

  // Every reference that ever entered the mailbox, once each.
  std::vector<std::string> signal_references(const std::string& organisation) const;
  std::vector<content::Signal> signals(const std::string& organisation) const;
  std::size_t event_count(const std::string& organisation) const;

 private:
  struct Box {
    std::vector<Event> events;
    std::uint64_t acknowledged = 0;
    std::uint64_t sequence = 0;
    std::map<std::string, content::Signal> signals;
    // In order of arrival.
    std::vector<std::string> references;
    std::map<std::string, Answer> answers;
    std::vector<std::string> held;
    std::deque<Ordered> ordered;
  };

  Event signal_event(const content::Signal& signal, std::uint64_t sequence, int repetition) const;
  void decide(Box& box, Answer& answer);
  void emit_result(const std::string& organisation, Box& box, Answer& answer);
  std::optional<std::uint64_t> position_of(const Box& box, const std::string& cursor) const;

  ledger::Ledger& ledger_;
  mutable std::mutex mutex_;
  std::map<std::string, Box> boxes_;
  std::deque<Ordered> ordered_for_any_;
  bool hold_ = false;
  std::uint64_t decisions_ = 0;
};

}  // namespace semafoor::sandbox::podmi
