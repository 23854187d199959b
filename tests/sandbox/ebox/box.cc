// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/box.h"

#include <algorithm>

namespace semafoor::sandbox::ebox {
namespace {

bool newer(const Entry& a, const Entry& b) {
  if (a.message->received != b.message->received) return a.message->received > b.message->received;
  return a.message->id < b.message->id;
}

}  // namespace

void Boxes::open(const std::string& organisation) {
  std::lock_guard lock(mutex_);
  boxes_[organisation];
}

bool Boxes::exists(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  return boxes_.contains(organisation);
}

void Boxes::add(const std::string& organisation, content::Message message) {
  Entry entry{std::make_shared<const content::Message>(std::move(message))};
  std::lock_guard lock(mutex_);
  auto& entries = boxes_[organisation].entries;
  entries.insert(std::upper_bound(entries.begin(), entries.end(), entry, newer), std::move(entry));
}

bool Boxes::remove(const std::string& message_id) {
  std::lock_guard lock(mutex_);
  std::size_t removed = 0;
  for (auto& [organisation, box] : boxes_) {
    removed += std::erase_if(box.entries,
                             [&](const Entry& entry) { return entry.message->id == message_id; });
  }
  return removed > 0;
}

std::vector<Entry> Boxes::entries(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  return box == boxes_.end() ? std::vector<Entry>() : box->second.entries;
}

std::optional<Entry> Boxes::find(const std::string& organisation,
                                 const std::string& message_id) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return std::nullopt;
  for (const auto& entry : box->second.entries) {
    if (entry.message->id == message_id) return entry;
  }
  return std::nullopt;
}

void Boxes::mark_read(const std::string& organisation, const std::string& message_id) {
  std::lock_guard lock(mutex_);
  for (auto& entry : boxes_[organisation].entries) {
    if (entry.message->id == message_id) entry.read = true;
  }
}

bool Boxes::set_visible(const std::string& organisation,
                        const std::vector<std::pair<std::string, bool>>& changes) {
  std::lock_guard lock(mutex_);
  auto& entries = boxes_[organisation].entries;
  std::vector<std::pair<Entry*, bool>> targets;
  for (const auto& [id, visible] : changes) {
    auto found = std::find_if(entries.begin(), entries.end(),
                              [&](const Entry& entry) { return entry.message->id == id; });
    if (found == entries.end()) return false;
    targets.emplace_back(&*found, visible);
  }
  for (auto& [entry, visible] : targets) entry->visible = visible;
  return true;
}

std::optional<content::Moment> Boxes::consulted(const std::string& organisation,
                                                content::Moment now) {
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  return std::exchange(box.consulted, now);
}

std::optional<content::Moment> Boxes::newest(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  if (box == boxes_.end() || box->second.entries.empty()) return std::nullopt;
  return box->second.entries.front().message->received;
}

}  // namespace semafoor::sandbox::ebox
