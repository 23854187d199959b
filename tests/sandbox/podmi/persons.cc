// SPDX-License-Identifier: Apache-2.0
//
// What happens to the persons of a mailbox, and what is known about its signals.
#include <algorithm>
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

std::string Mailbox::former_ssin(const std::string& organisation, const std::string& ssin) const {
  std::lock_guard lock(mutex_);
  const auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return "";
  const auto& replaced = box->second.replaced;
  const auto found = std::find_if(replaced.begin(), replaced.end(),
                                  [&](const auto& one) { return one.second == ssin; });
  return found == replaced.end() ? "" : found->first;
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

bool Mailbox::integrated(const std::string& organisation, const std::string& ssin) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  return box == boxes_.end() || !box->second.not_integrated.contains(ssin);
}

std::vector<content::Signal> Mailbox::unanswered_in(const Box& box) {
  std::set<std::string> closed = box.returned;
  for (const auto& [id, answer] : box.answers) {
    if (answer.decided && answer.verdict.evaluation == "ACCEPTED") {
      closed.insert(answer.feedback.signal_reference);
    }
  }
  std::vector<content::Signal> result;
  for (const auto& reference : box.references) {
    if (!closed.contains(reference)) result.push_back(box.signals.at(reference));
  }
  return result;
}

std::vector<content::Signal> Mailbox::unanswered(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  return box == boxes_.end() ? std::vector<content::Signal>() : unanswered_in(box->second);
}

std::vector<bool> Mailbox::take_returned(const std::string& organisation,
                                         const std::vector<content::ReturnedAnswer>& answers) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  std::vector<bool> taken;
  for (const auto& [reference, code] : answers) {
    taken.push_back(box.signals.contains(reference) && Judge::known_code(code));
    if (taken.back()) box.returned.insert(reference);
  }
  return taken;
}

std::vector<std::string> Mailbox::merge(const std::string& from, const std::string& into,
                                        const std::string& nis_code) {
  std::lock_guard lock(mutex_);
  auto& old_box = boxes_[from];
  auto& new_box = boxes_[into];
  std::vector<std::string> moved;
  for (auto signal : unanswered_in(old_box)) {
    signal.organisation = into;
    signal.nis_code = nis_code;
    moved.push_back(signal.reference);
    if (new_box.signals.emplace(signal.reference, signal).second) {
      new_box.references.push_back(signal.reference);
    }
  }
  new_box.replaced.insert(old_box.replaced.begin(), old_box.replaced.end());
  new_box.not_integrated.insert(old_box.not_integrated.begin(), old_box.not_integrated.end());
  return moved;
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
