// SPDX-License-Identifier: Apache-2.0
//
// What the authority thinks of answers. Not safe from several threads: the mailbox's lock is
// around it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "tests/sandbox/podmi/event.h"

namespace semafoor::sandbox::podmi {

struct Ordered {
  std::string evaluation;
  std::string code;
  int times = 1;
};

class Judge {
 public:
  // Whether the code is on the list.
  static bool known_code(const std::string& code);
  // The next answers (of this organisation; empty: of any) are decided so, whatever they say.
  void order(const std::string& organisation, Ordered ordered);
  Verdict decide(const std::string& organisation, const Feedback& feedback, bool signal_known);

 private:
  std::map<std::string, std::deque<Ordered>> ordered_;
  std::uint64_t decisions_ = 0;
};

}  // namespace semafoor::sandbox::podmi
