// SPDX-License-Identifier: Apache-2.0
//
// Whether a file is complete, as far as anybody can tell who only looks at it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>

#include "gateway/intake/file_facts.h"

namespace semafoor::intake {

// Of one folder; one thread.
class Settling {
 public:
  // How long, in milliseconds, the file has been as it is: 0 at the first look, and whenever its
  // size or time of writing changed. `now` is a steady time.
  std::int64_t seen(const std::filesystem::path& file, const FileFacts& facts, std::int64_t now) {
    present_.insert(file);
    const auto [known, added] = files_.try_emplace(file, Seen{facts, now});
    if (!added && !known->second.facts.same_content(facts)) known->second = {facts, now};
    return now - known->second.since;
  }
  // The look is over: what was not seen in it is forgotten.
  void end_look() {
    std::erase_if(files_, [this](const auto& one) { return !present_.contains(one.first); });
    present_.clear();
  }

 private:
  struct Seen {
    FileFacts facts;
    std::int64_t since = 0;
  };
  std::map<std::filesystem::path, Seen> files_;
  std::set<std::filesystem::path> present_;
};

}  // namespace semafoor::intake
