// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/box.h"

#include <algorithm>
#include <utility>

namespace semafoor::sandbox::ebox {
namespace {

using EntryPtr = std::shared_ptr<Entry>;

bool newer(const EntryPtr& a, const EntryPtr& b) {
  const auto& one = *a->message;
  const auto& other = *b->message;
  return one.received != other.received ? one.received > other.received : one.id < other.id;
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
  auto entry = std::make_shared<Entry>();
  entry->message = std::make_shared<const content::Message>(std::move(message));
  std::lock_guard lock(mutex_);
  auto& box = boxes_[organisation];
  box.by_id[entry->message->id] = entry;
  auto place = std::upper_bound(box.entries.begin(), box.entries.end(), entry, newer);
  box.entries.insert(place, std::move(entry));
}

bool Boxes::remove(const std::string& message_id) {
  std::lock_guard lock(mutex_);
  std::size_t removed = 0;
  for (auto& [organisation, box] : boxes_) {
    removed += box.by_id.erase(message_id);
    std::erase_if(box.entries,
                  [&](const EntryPtr& entry) { return entry->message->id == message_id; });
  }
  return removed > 0;
}

std::vector<Entry> Boxes::entries(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  std::vector<Entry> result;
  auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return result;
  result.reserve(box->second.entries.size());
  for (const auto& entry : box->second.entries) result.push_back(*entry);
  return result;
}

std::optional<Entry> Boxes::find(const std::string& organisation,
                                 const std::string& message_id) const {
  std::lock_guard lock(mutex_);
  auto box = boxes_.find(organisation);
  if (box == boxes_.end()) return std::nullopt;
  auto entry = box->second.by_id.find(message_id);
  if (entry == box->second.by_id.end()) return std::nullopt;
  return *entry->second;
}

void Boxes::mark_read(const std::string& organisation, const std::string& message_id) {
  std::lock_guard lock(mutex_);
  auto& by_id = boxes_[organisation].by_id;
  auto entry = by_id.find(message_id);
  if (entry != by_id.end()) entry->second->read = true;
}

bool Boxes::set_visible(const std::string& organisation,
                        const std::vector<std::pair<std::string, bool>>& changes) {
  std::lock_guard lock(mutex_);
  auto& by_id = boxes_[organisation].by_id;
  for (const auto& [id, visible] : changes) {
    if (!by_id.contains(id)) return false;
  }
  for (const auto& [id, visible] : changes) by_id[id]->visible = visible;
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
  return box->second.entries.front()->message->received;
}

}  // namespace semafoor::sandbox::ebox
