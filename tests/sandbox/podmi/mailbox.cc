// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/podmi/mailbox.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::podmi {

void Mailbox::open(const std::string& organisation) {
  std::lock_guard lock(mutex_);
  boxes_[organisation];
  ledger_.open(organisation);
}

std::string Mailbox::add_malformed(const std::string& organisation) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  auto sequence = ++box.sequence;
  auto id = content::uuid_of(content::derive(0, "malformed/" + organisation, sequence));
  box.events.push_back({id, Malformed{sequence}});
  return id;
}

Event Mailbox::signal_event(const content::Signal& signal, std::uint64_t sequence,
                            int repetition) const {
  auto id = content::uuid_of(
      content::derive(0, "event/" + signal.organisation + "/" + signal.reference, sequence));
  return {id, SignalNotice{signal, sequence, repetition}};
}

void Mailbox::add_signal(const content::Signal& signal, Repeat repeat, bool hole) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[signal.organisation];
  if (box.signals.emplace(signal.reference, signal).second) {
    box.references.push_back(signal.reference);
  }
  if (hole) ++box.sequence;
  box.events.push_back(signal_event(signal, ++box.sequence, 0));
  if (repeat == Repeat::same_event) box.events.push_back(box.events.back());
  if (repeat == Repeat::new_event) {
    box.events.push_back(signal_event(signal, ++box.sequence, 1));
  }
}

void Mailbox::disorder(const std::string& organisation) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  if (box.events.size() < box.forgotten + 2) return;
  std::swap(box.events.back(), box.events[box.events.size() - 2]);
}

void Mailbox::know(const content::Signal& signal) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[signal.organisation];
  if (box.signals.emplace(signal.reference, signal).second) {
    box.references.push_back(signal.reference);
  }
}

std::size_t Mailbox::recall(const std::string& organisation,
                            const std::vector<std::string>& references, const std::string& cycle) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  std::size_t sent = 0;
  for (const auto& reference : references) {
    auto known = box.signals.find(reference);
    if (known == box.signals.end()) continue;
    auto signal = known->second;
    signal.cycle = cycle;
    box.events.push_back(signal_event(signal, ++box.sequence, 1));
    ++sent;
  }
  return sent;
}

void Mailbox::fill(const std::vector<content::Signal>& signals,
                   const std::vector<Repeat>& repeats) {
  // How many events later a repetition comes.
  constexpr std::size_t kLater = 3;
  std::lock_guard lock(mutex_);
  std::vector<std::pair<std::size_t, Event>> waiting;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const auto& signal = signals[i];
    auto& box = boxes_[signal.organisation];
    if (box.signals.emplace(signal.reference, signal).second) {
      box.references.push_back(signal.reference);
    }
    auto event = signal_event(signal, ++box.sequence, 0);
    if (repeats[i] == Repeat::same_event) waiting.emplace_back(i + kLater, event);
    if (repeats[i] == Repeat::new_event) {
      waiting.emplace_back(i + kLater, signal_event(signal, ++box.sequence, 1));
    }
    box.events.push_back(std::move(event));
    if (i % 8 == 6 && box.events.size() > 1) {
      std::swap(box.events.back(), box.events[box.events.size() - 2]);
    }
    while (!waiting.empty() && waiting.front().first <= i) {
      box.events.push_back(std::move(waiting.front().second));
      waiting.erase(waiting.begin());
    }
  }
  if (signals.empty()) return;
  for (auto& [when, event] : waiting) {
    boxes_[signals.front().organisation].events.push_back(std::move(event));
  }
}

void Mailbox::set_manner(Manner manner) {
  std::lock_guard lock(mutex_);
  manner_ = manner;
}

Manner Mailbox::manner() const {
  std::lock_guard lock(mutex_);
  return manner_;
}

void Mailbox::set_timing(Timing timing) {
  std::lock_guard lock(mutex_);
  timing_ = timing;
}

Timing Mailbox::timing() const {
  std::lock_guard lock(mutex_);
  return timing_;
}

std::string Mailbox::cursor_of(std::uint64_t position) {
  // Not a plain number, so that nobody is tempted to count with it.
  char text[32];
  std::snprintf(text, sizeof text, "xc-%08llx%04x", static_cast<unsigned long long>(position),
                static_cast<unsigned>(content::mix(position) & 0xffff));
  return text;
}

std::optional<std::uint64_t> Mailbox::position_of(const Box& box, const std::string& cursor) const {
  if (cursor.size() != 15 || !cursor.starts_with("xc-")) return std::nullopt;
  std::uint64_t position = 0;
  auto [end, error] = std::from_chars(cursor.data() + 3, cursor.data() + 11, position, 16);
  if (error != std::errc() || end != cursor.data() + 11) return std::nullopt;
  if (cursor != cursor_of(position) || position > box.events.size()) return std::nullopt;
  return position;
}

std::optional<Mailbox::Batch> Mailbox::fetch(const std::string& organisation,
                                             const std::string& cursor, std::size_t limit,
                                             bool heed_cursor) {
  std::lock_guard lock(mutex_);
  auto found = boxes_.find(organisation);
  if (found == boxes_.end()) return Batch{};
  auto& box = found->second;
  Batch batch{{}, box.forgotten};
  bool heeded = manner_ == Manner::cursor || (manner_ == Manner::acknowledged && heed_cursor);
  if (!cursor.empty() && heeded) {
    auto position = position_of(box, cursor);
    if (!position) return std::nullopt;
    batch.first = std::max(batch.first, *position);
  }
  auto end = batch.first;
  for (; end < box.events.size() && batch.events.size() < limit; ++end) {
    batch.events.push_back(box.events[end]);
  }
  if (manner_ == Manner::removed) {
    box.forgotten = end;
    for (const auto& event : batch.events) {
      if (const auto* signal = std::get_if<SignalNotice>(&event.content)) {
        ledger_.signal_handed_out(organisation, signal->signal.reference);
      } else if (const auto* result = std::get_if<ResultNotice>(&event.content)) {
        ledger_.result_handed_out(organisation, result->feedback_id);
      }
    }
  }
  return batch;
}

void Mailbox::delivered(const std::string& organisation, const std::vector<Event>& events) {
  for (const auto& event : events) {
    if (const auto* signal = std::get_if<SignalNotice>(&event.content)) {
      ledger_.signal_delivered(organisation, signal->signal.reference);
    } else if (const auto* result = std::get_if<ResultNotice>(&event.content)) {
      ledger_.result_delivered(organisation, result->feedback_id);
    }
  }
}

Mailbox::Acknowledged Mailbox::acknowledge(const std::string& organisation,
                                           const std::string& cursor) {
  std::lock_guard lock(mutex_);
  if (manner_ == Manner::cursor) return Acknowledged::impossible;
  auto& box = boxes_[organisation];
  auto position = position_of(box, cursor);
  if (!position) return Acknowledged::unknown_cursor;
  // What was handed out is gone, and what was not is not lost by a cursor that runs ahead.
  if (manner_ == Manner::removed) return Acknowledged::done;
  for (auto i = box.forgotten; i < *position; ++i) {
    const auto& content = box.events[i].content;
    if (const auto* signal = std::get_if<SignalNotice>(&content)) {
      ledger_.signal_acknowledged(organisation, signal->signal.reference);
    } else if (const auto* result = std::get_if<ResultNotice>(&content)) {
      ledger_.result_acknowledged(organisation, result->feedback_id);
    }
  }
  box.forgotten = std::max(box.forgotten, *position);
  return Acknowledged::done;
}

Mailbox::Received Mailbox::receive(const std::string& organisation, const std::string& source,
                                   const std::string& id, const Feedback& feedback) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  auto told = [](const Answer& answer) {
    return answer.at_once ? std::optional(answer.verdict) : std::nullopt;
  };
  if (auto known = box.answers.find(id); known != box.answers.end()) {
    bool conflict = known->second.feedback != feedback;
    ledger_.feedback_again(organisation, id, conflict);
    if (conflict) return {Arrival::conflict, std::nullopt};
    return {Arrival::again, told(known->second)};
  }
  auto signal = box.signals.find(feedback.signal_reference);
  bool signal_known = signal != box.signals.end();
  if (signal_known && (box.not_integrated.contains(signal->second.ssin) ||
                       box.not_integrated.contains(signal->second.replaces_ssin))) {
    return {Arrival::not_integrated, std::nullopt};
  }
  auto& answer = box.answers[id];
  answer.id = id;
  answer.source = source;
  answer.feedback = feedback;
  if (timing_ == Timing::never) {
    answer.verdict.evaluation = "RECEIVED";
  } else {
    answer.verdict = judge_.decide(organisation, feedback, signal_known);
  }
  ledger_.feedback_effect(organisation,
                          {id, feedback.signal_reference, feedback.code, answer.verdict.evaluation,
                           answer.verdict.authority_reference});
  if (timing_ == Timing::at_once) {
    answer.decided = answer.at_once = true;
  } else if (timing_ == Timing::later && hold_) {
    box.held.push_back(id);
  } else if (timing_ == Timing::later) {
    emit_result(organisation, box, answer);
  }
  return {Arrival::fresh, told(answer)};
}

void Mailbox::emit_result(const std::string& organisation, Box& box, Answer& answer) {
  answer.decided = true;
  box.events.push_back(
      {content::uuid_of(content::derive(0, "result/" + organisation + "/" + answer.id)),
       ResultNotice{answer.id, answer.source, answer.feedback.client_reference, answer.verdict}});
  ledger_.result_emitted(organisation, answer.id);
}

std::optional<Answer> Mailbox::find(const std::string& organisation, const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return std::nullopt;
  auto answer = box->second.answers.find(id);
  if (answer == box->second.answers.end()) return std::nullopt;
  return answer->second;
}

std::optional<Answer> Mailbox::find_by_reference(const std::string& organisation,
                                                 const std::string& client_reference) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return std::nullopt;
  if (auto answer = box->second.answers.find(client_reference);
      answer != box->second.answers.end()) {
    return answer->second;
  }
  for (const auto& [id, answer] : box->second.answers) {
    if (answer.feedback.client_reference == client_reference) return answer;
  }
  return std::nullopt;
}

void Mailbox::hold_results(bool hold) {
  std::lock_guard lock(mutex_);
  hold_ = hold;
  if (hold) return;
  for (auto& [organisation, box] : boxes_) {
    for (const auto& id : box.held) emit_result(organisation, box, box.answers[id]);
    box.held.clear();
  }
}

void Mailbox::order(const std::string& organisation, Ordered ordered) {
  std::lock_guard lock(mutex_);
  judge_.order(organisation, std::move(ordered));
}

}  // namespace semafoor::sandbox::podmi
