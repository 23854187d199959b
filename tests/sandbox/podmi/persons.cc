// SPDX-License-Identifier: Apache-2.0
//
// What happens to the persons of a mailbox, and what is known about its signals.
#include <set>

#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::podmi {

void Mailbox::replace_person(const std::string& organisation, const std::string& ssin,
                             const std::string& by) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  box.replaced[ssin] = by;
  if (box.not_integrated.contains(ssin)) box.not_integrated.insert(by);
  // Nobody waits for an answer to these any more.
  std::set<std::string> closed;
  for (const auto& [id, answer] : box.answers) {
    if (answer.verdict.evaluation == "ACCEPTED") closed.insert(answer.feedback.signal_reference);
  }
  for (const auto& reference : box.references) {
    auto& signal = box.signals.at(reference);
    if (signal.ssin != ssin) continue;
    signal.ssin = by;
    signal.replaces_ssin = ssin;
    if (closed.contains(reference)) continue;
    box.events.push_back(signal_event(signal, ++box.sequence, 0));
  }
}

std::string Mailbox::current_ssin(const std::string& organisation, const std::string& ssin) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  auto current = ssin;
  if (box == boxes_.end()) return current;
  // A number is never replaced by one that was there before, so this ends.
  for (auto next = box->second.replaced.find(current); next != box->second.replaced.end();
       next = box->second.replaced.find(current)) {
    current = next->second;
  }
  return current;
}

void Mailbox::set_integrated(const std::string& organisation, const std::string& ssin,
                             bool integrated) {
  std::lock_guard lock(mutex_);
  auto& numbers = boxes_[organisation].not_integrated;
  if (integrated) {
    numbers.erase(ssin);
  } else {
    numbers.insert(ssin);
  }
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
