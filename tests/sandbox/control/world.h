// SPDX-License-Identifier: Apache-2.0
//
// Everything the sandbox pretends, and how it comes to be. All functions [any-thread].
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/content/people.h"
#include "tests/sandbox/ebox/box.h"
#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::control {

struct WorldOptions {
  std::uint64_t seed = 1;
  int organisations = 2;
  // Each of these per organisation.
  int messages = 26;
  int signals = 12;
  int persons = 12;
  std::uint64_t attachment_bytes = 0;
  bool annexes = true;
  // MiB of one extra attachment of the first organisation; 0: none.
  std::uint64_t big_attachment = 0;
  // The newest seeded message is of this day.
  content::Day anchor = content::Day(std::chrono::year(2026) / 11 / 20);
};

// What a message added at run time shall be like.
struct NewMessage {
  std::string organisation;
  // A message type; empty: the next one in turn.
  std::string type;
  int count = 1;
  std::uint64_t attachment_bytes = 0;
  bool annexes = true;
  std::string file_name;
  bool wrong_digest = false;
  // Whether a digest is announced; unset: mostly.
  std::optional<bool> digest;
  std::optional<content::Moment> received;
};

struct NewSignal {
  std::string organisation;
  int count = 1;
  std::string ssin;
  std::string type;
  podmi::Repeat repeat = podmi::Repeat::none;
  // A number is left out before the first of them.
  bool hole = false;
};

class World {
 public:
  World(const WorldOptions& options, ebox::Boxes& boxes, podmi::Mailbox& mailbox);

  const WorldOptions& options() const { return options_; }
  const std::vector<content::Organisation>& organisations() const { return organisations_; }
  const content::Organisation* find(const std::string& cbe) const;

  // Ids of what was added; nullopt with a sentence in `why`.
  std::optional<std::vector<std::string>> add_messages(const NewMessage& wish, std::string& why);
  std::optional<std::vector<std::string>> add_signals(const NewSignal& wish, std::string& why);
  // The person with this number gets another one, which is returned; nullopt with a sentence in
  // `why`. What is known of persons otherwise keeps the old one, as a vendor's database would.
  std::optional<std::string> replace_person(const std::string& organisation,
                                            const std::string& ssin, std::string& why);

  // What a complete synchronisation must yield now.
  http::Json expected(const std::string& organisation) const;

 private:
  const WorldOptions options_;
  ebox::Boxes& boxes_;
  podmi::Mailbox& mailbox_;
  // Never changes after the constructor.
  std::vector<content::Organisation> organisations_;
  std::mutex mutex_;
  // Next index per organisation.
  std::map<std::string, std::uint32_t> next_message_, next_signal_;
  // Numbers that persons got since.
  std::set<std::string> new_ssins_;
};

// The file that fills N MiB.
content::Message with_big_attachment(content::Message message, std::uint64_t bytes,
                                     std::uint64_t key);

}  // namespace semafoor::sandbox::control
