// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/podmi/mailbox.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::podmi {
namespace {

using http::Json;

constexpr const char* kCodes[] = {"X-COUNTED", "X-EXEMPT",   "X-SOURCE-WRONG", "X-STOPPED",
                                  "X-REVISED", "X-RECOVERY", "X-PENDING"};

Json texts(const std::string& code) {
  if (code == "X-0001") {
    return {{"nl", "De code past niet bij dit soort knipperlicht."},
            {"fr", "Le code ne convient pas à ce type de clignotant."},
            {"de", "Der Code passt nicht zu dieser Art von Warnsignal."}};
  }
  if (code == "X-0002") {
    return {{"nl", "De verwijzing naar de beslissing ontbreekt."},
            {"fr", "La référence de la décision manque."},
            {"de", "Die Referenz der Entscheidung fehlt."}};
  }
  if (code == "X-0003") {
    return {{"nl", "Het knipperlicht is niet bekend."},
            {"fr", "Le clignotant n'est pas connu."},
            {"de", "Das Warnsignal ist nicht bekannt."}};
  }
  return {{"nl", "Verzonnen reden."}, {"fr", "Raison fictive."}, {"de", "Erfundener Grund."}};
}

std::string text_of(const Json& data, const char* name) {
  auto found = data.find(name);
  return found != data.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Empty: nothing against it.
std::string objection(const Json& data, bool signal_known) {
  auto code = text_of(data, "feedbackCode");
  if (!signal_known) return "X-0003";
  if (std::find(std::begin(kCodes), std::end(kCodes), code) == std::end(kCodes)) return "X-0001";
  if ((code == "X-REVISED" || code == "X-RECOVERY") && text_of(data, "decisionReference").empty()) {
    return "X-0002";
  }
  return "";
}

}  // namespace

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
  box.events.push_back(
      {{{"specversion", "1.0"},
        {"id", id},
        {"source", content::kMailboxSource},
        {"type", std::string(content::kSignalService) + ".signals.notify.created"},
        {"service", content::kSignalService},
        {"datacontenttype", "application/json"},
        {"data", {{"schema", "X-signal/1"}, {"sequence", sequence}, {"ssin", 17}}}},
       "",
       ""});
  return id;
}

Event Mailbox::signal_event(const content::Signal& signal, std::uint64_t sequence,
                            int repetition) const {
  auto id = content::uuid_of(
      content::derive(0, "event/" + signal.organisation + "/" + signal.reference, sequence));
  return {{{"specversion", "1.0"},
           {"id", id},
           {"source", content::kMailboxSource},
           {"type", std::string(content::kSignalService) + ".signals.notify.created"},
           {"service", content::kSignalService},
           {"subject", signal.reference},
           {"time", content::iso_day(signal.detected_on) + "T04:00:00Z"},
           {"datacontenttype", "application/json"},
           {"data", to_data(signal, sequence, repetition)}},
          signal.reference,
          ""};
}

void Mailbox::add_signal(const content::Signal& signal, Repeat repeat) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[signal.organisation];
  if (box.signals.emplace(signal.reference, signal).second) {
    box.references.push_back(signal.reference);
  }
  box.events.push_back(signal_event(signal, ++box.sequence, 0));
  if (repeat == Repeat::same_event) box.events.push_back(box.events.back());
  if (repeat == Repeat::new_event) {
    box.events.push_back(signal_event(signal, ++box.sequence, 1));
  }
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

std::optional<Mailbox::Batch> Mailbox::after(const std::string& organisation,
                                             const std::string& cursor, std::size_t limit) const {
  std::lock_guard lock(mutex_);
  auto found = boxes_.find(organisation);
  if (found == boxes_.end()) return Batch{};
  const auto& box = found->second;
  Batch batch{{}, box.acknowledged};
  if (!cursor.empty()) {
    auto position = position_of(box, cursor);
    if (!position) return std::nullopt;
    // What was acknowledged is forgotten.
    batch.first = std::max(batch.first, *position);
  }
  for (auto i = batch.first; i < box.events.size() && batch.events.size() < limit; ++i) {
    batch.events.push_back(box.events[i]);
  }
  return batch;
}

bool Mailbox::acknowledge(const std::string& organisation, const std::string& cursor) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  auto position = position_of(box, cursor);
  if (!position) return false;
  for (auto i = box.acknowledged; i < *position; ++i) {
    const auto& event = box.events[i];
    if (!event.signal_reference.empty()) {
      ledger_.signal_acknowledged(organisation, event.signal_reference);
    } else if (!event.feedback_id.empty()) {
      ledger_.result_acknowledged(organisation, event.feedback_id);
    }
  }
  box.acknowledged = std::max(box.acknowledged, *position);
  return true;
}

Mailbox::Arrival Mailbox::receive(const std::string& organisation, const std::string& source,
                                  const std::string& id, const Json& data) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  auto known = box.answers.find(id);
  if (known != box.answers.end()) {
    bool conflict = known->second.data != data;
    ledger_.feedback_again(organisation, id, conflict);
    return conflict ? Arrival::conflict : Arrival::again;
  }
  auto& answer = box.answers[id];
  answer.id = id;
  answer.source = source;
  answer.data = data;
  answer.signal_reference = text_of(data, "signalReference");
  decide(box, answer);
  ledger_.feedback_effect(organisation, {id, answer.signal_reference, text_of(data, "feedbackCode"),
                                         answer.evaluation, answer.authority_reference});
  if (hold_) {
    box.held.push_back(id);
  } else {
    emit_result(organisation, box, answer);
  }
  return Arrival::fresh;
}

void Mailbox::decide(Box& box, Answer& answer) {
  char reference[16];
  std::snprintf(reference, sizeof reference, "AR%08llu",
                static_cast<unsigned long long>(++decisions_ % 100000000U));
  answer.authority_reference = reference;
  answer.errors = Json::array();
  auto take = [](std::deque<Ordered>& orders) -> std::optional<Ordered> {
    if (orders.empty()) return std::nullopt;
    auto order = orders.front();
    if (--orders.front().times <= 0) orders.pop_front();
    return order;
  };
  auto order = take(box.ordered);
  if (!order) order = take(ordered_for_any_);
  std::string code =
      order ? order->code : objection(answer.data, box.signals.contains(answer.signal_reference));
  if (order) {
    answer.evaluation = order->evaluation;
  } else {
    answer.evaluation = code.empty() ? "ACCEPTED" : "REFUSED";
  }
  if (!code.empty()) answer.errors.push_back({{"code", code}, {"description", texts(code)}});
}

void Mailbox::emit_result(const std::string& organisation, Box& box, Answer& answer) {
  answer.decided = true;
  box.events.push_back(
      {{{"specversion", "1.0"},
        {"id", content::uuid_of(content::derive(0, "result/" + organisation + "/" + answer.id))},
        {"source", content::kMailboxSource},
        {"type", std::string(content::kSignalService) + ".feedback.create.result"},
        {"service", content::kSignalService},
        {"relatedto", answer.id},
        {"relatedtosource", answer.source},
        {"datacontenttype", "application/json"},
        {"data",
         {{"schema", "X-feedback-result/1"},
          {"evaluation", answer.evaluation},
          {"authorityReference", answer.authority_reference},
          {"errors", answer.errors}}}},
       "",
       answer.id});
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
  auto& orders = organisation.empty() ? ordered_for_any_ : boxes_[organisation].ordered;
  orders.push_back(std::move(ordered));
}

std::vector<std::string> Mailbox::signal_references(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  return box == boxes_.end() ? std::vector<std::string>() : box->second.references;
}

std::vector<content::Signal> Mailbox::signals(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  std::vector<content::Signal> result;
  auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return result;
  for (const auto& reference : box->second.references) {
    result.push_back(box->second.signals.at(reference));
  }
  return result;
}

std::size_t Mailbox::event_count(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  return box == boxes_.end() ? 0 : box->second.events.size();
}

}  // namespace semafoor::sandbox::podmi
