// SPDX-License-Identifier: Apache-2.0
//
// The mailbox of POD MI: signals and results out, answers in. One model under three wires, which
// are of this project (see README.md). All functions [any-thread].
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/content/signal_list.h"
#include "tests/sandbox/content/signals.h"
#include "tests/sandbox/ledger/ledger.h"
#include "tests/sandbox/podmi/event.h"
#include "tests/sandbox/podmi/judge.h"

namespace semafoor::sandbox::podmi {

enum class Repeat { none, same_event, new_event };

// How a consumer gets on. Which one the real mailbox knows is not public.
enum class Manner {
  // What is acknowledged is forgotten.
  acknowledged,
  // Nothing is ever forgotten, and nothing can be acknowledged.
  cursor,
  // What was handed out once is gone, whether it arrived or not.
  removed,
};

// When an answer is judged.
enum class Timing {
  // The result comes through the mailbox.
  later,
  // It is in the answer to the answer, and never in the mailbox.
  at_once,
  // It stays RECEIVED.
  never,
};

struct Answer {
  std::string id;
  std::string source;
  // As it came, to tell a repetition from a conflict.
  Feedback feedback;
  Verdict verdict;
  // False while the results are held back, and for ever when nobody judges.
  bool decided = false;
  bool at_once = false;
};

class Mailbox {
 public:
  explicit Mailbox(ledger::Ledger& ledger) : ledger_(ledger) {}

  void open(const std::string& organisation);
  // Takes the next gapless number (with `hole`, the one after it); a repetition comes at once after
  // it, as the same event again (same id and number) or as a new event about the same signal.
  void add_signal(const content::Signal& signal, Repeat repeat, bool hole = false);
  // An event of the signal type whose data no consumer can use; it takes a number of its own.
  // Returns its id.
  std::string add_malformed(const std::string& organisation);
  // The last two that were put in change places, so that the order of numbers is not that of
  // delivery.
  void disorder(const std::string& organisation);
  // The authority knows it, and sends no mutation about it.
  void know(const content::Signal& signal);
  // Sends again what it knows of these, as of this cycle ("MONTHLY"; "MARCH", "OCTOBER": recalls).
  // Returns how many.
  std::size_t recall(const std::string& organisation, const std::vector<std::string>& references,
                     const std::string& cycle);
  // At start, signals of one organisation: `repeats` says for each signal what comes twice;
  // repetitions come some places later, and some neighbours are exchanged, so that the order of
  // numbers is not the order of delivery.
  void fill(const std::vector<content::Signal>& signals, const std::vector<Repeat>& repeats);

  void set_manner(Manner manner);
  Manner manner() const;
  void set_timing(Timing timing);
  Timing timing() const;

  struct Batch {
    std::vector<Event> events;
    // Position of the first event.
    std::uint64_t first = 0;
  };
  // nullopt: no such cursor. Where things are removed the cursor does not count; where they are
  // acknowledged it counts only for who asks so. What is removed is gone when this returns.
  std::optional<Batch> fetch(const std::string& organisation, const std::string& cursor,
                             std::size_t limit, bool heed_cursor = true);
  static std::string cursor_of(std::uint64_t position);
  // The bytes of these leave now.
  void delivered(const std::string& organisation, const std::vector<Event>& events);
  enum class Acknowledged { done, unknown_cursor, impossible };
  Acknowledged acknowledge(const std::string& organisation, const std::string& cursor);

  enum class Arrival { fresh, again, conflict, not_integrated };
  struct Received {
    Arrival arrival = Arrival::fresh;
    // Where it is judged at once.
    std::optional<Verdict> verdict;
  };
  // Records the answer, decides about it, and puts the result into the mailbox (or holds it back,
  // or tells it).
  Received receive(const std::string& organisation, const std::string& source,
                   const std::string& id, const Feedback& feedback);
  std::optional<Answer> find(const std::string& organisation, const std::string& id) const;
  // By the reference of the client, which is the only id that the XML wires have.
  std::optional<Answer> find_by_reference(const std::string& organisation,
                                          const std::string& client_reference) const;

  // Results wait until they are released.
  void hold_results(bool hold);
  // See Judge::order.
  void order(const std::string& organisation, Ordered ordered);

  // The person has another number from now on: its signals without an accepted answer come again,
  // with the new number and a new sequence.
  void replace_person(const std::string& organisation, const std::string& ssin,
                      const std::string& by);
  // What the number became; itself when nothing.
  std::string current_ssin(const std::string& organisation, const std::string& ssin) const;
  // The number that this one took the place of; empty when none.
  std::string former_ssin(const std::string& organisation, const std::string& ssin) const;
  // Whether answers about this person are taken.
  void set_integrated(const std::string& organisation, const std::string& ssin, bool integrated);
  bool integrated(const std::string& organisation, const std::string& ssin) const;

  // Known signals that wait for an answer: none was accepted, and none came back on a list.
  std::vector<content::Signal> unanswered(const std::string& organisation) const;
  // Answers on a list that came back. Returns for each whether it was taken: its signal is known
  // and its code is on the list.
  std::vector<bool> take_returned(const std::string& organisation,
                                  const std::vector<content::ReturnedAnswer>& answers);
  // From now on `into` (with this NIS code) stands for `from`: it takes answers to what waits for
  // one at `from`. Returns the references of those signals.
  std::vector<std::string> merge(const std::string& from, const std::string& into,
                                 const std::string& nis_code);

  // Every reference that ever entered the mailbox, once each.
  std::vector<std::string> signal_references(const std::string& organisation) const;
  std::vector<content::Signal> signals(const std::string& organisation) const;
  std::size_t event_count(const std::string& organisation) const;

 private:
  struct Box {
    std::vector<Event> events;
    // So many from the front are gone.
    std::uint64_t forgotten = 0;
    std::uint64_t sequence = 0;
    std::map<std::string, content::Signal> signals;
    // In order of arrival.
    std::vector<std::string> references;
    std::map<std::string, Answer> answers;
    std::vector<std::string> held;
    // Old number to new one.
    std::map<std::string, std::string> replaced;
    std::set<std::string> not_integrated;
    // References whose answer came back on a list.
    std::set<std::string> returned;
  };

  static std::vector<content::Signal> unanswered_in(const Box& box);
  Event signal_event(const content::Signal& signal, std::uint64_t sequence, int repetition) const;
  void emit_result(const std::string& organisation, Box& box, Answer& answer);
  std::optional<std::uint64_t> position_of(const Box& box, const std::string& cursor) const;

  ledger::Ledger& ledger_;
  mutable std::mutex mutex_;
  std::map<std::string, Box> boxes_;
  Judge judge_;
  bool hold_ = false;
  Manner manner_ = Manner::acknowledged;
  Timing timing_ = Timing::later;
};

}  // namespace semafoor::sandbox::podmi
