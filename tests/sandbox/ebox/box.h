// SPDX-License-Identifier: Apache-2.0
//
// The e-Boxes of all organisations at this provider. All functions [any-thread].
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/content/messages.h"

namespace semafoor::sandbox::ebox {

// A message with what can change about it. The message itself never changes and may be held on to.
struct Entry {
  std::shared_ptr<const content::Message> message;
  bool read = false;
  bool visible = true;
};

class Boxes {
 public:
  void open(const std::string& organisation);
  bool exists(const std::string& organisation) const;
  void add(const std::string& organisation, content::Message message);
  // Expired or moved: every later question answers 404.
  bool remove(const std::string& message_id);

  // Newest first; messages of one second in the order of their ids.
  std::vector<Entry> entries(const std::string& organisation) const;
  std::optional<Entry> find(const std::string& organisation, const std::string& message_id) const;
  void mark_read(const std::string& organisation, const std::string& message_id);
  // All or nothing: false, and nothing done, when one is unknown.
  bool set_visible(const std::string& organisation,
                   const std::vector<std::pair<std::string, bool>>& changes);
  // Remembers now as the last consultation and returns the one before.
  std::optional<content::Moment> consulted(const std::string& organisation, content::Moment now);
  // Receipt of the newest message.
  std::optional<content::Moment> newest(const std::string& organisation) const;

 private:
  struct Box {
    // Newest first; and the same by message id.
    std::vector<std::shared_ptr<Entry>> entries;
    std::unordered_map<std::string, std::shared_ptr<Entry>> by_id;
    std::optional<content::Moment> consulted;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Box> boxes_;
};

}  // namespace semafoor::sandbox::ebox
