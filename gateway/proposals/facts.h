// SPDX-License-Identifier: Apache-2.0
//
// Whether a signal says again what another one said, of another period.
#pragma once

#include <vector>

#include "semafoor/v1/proposals.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::proposals {

// Hundredths of a percent of the earlier amount. Benefits move by 2 % at an indexation.
inline constexpr int kUsualTolerance = 200;
inline constexpr int kMostTolerance = 1000;

struct Comparison {
  std::vector<v1::ComparedFact> facts;
  // Every fact is equal, or may differ; and there is one beside the period.
  bool same = false;
  // Facts beside the period that are equal.
  int equal = 0;
};

// Same law, dossier (as POD MI compares it, with its suffix), type and source, and another period.
// The person is not looked at.
bool same_ground(const v1::Signal& before, const v1::Signal& now);

// The amount, and every coded observation by its name. The period differs; so may observations of
// which both values are dates, months or quarters, for they tell the period again.
Comparison compare_facts(const v1::Signal& before, const v1::Signal& now, int tolerance);

// A name of an observation that tells who pays. The authority's names are not public: ours to tell
// by the word.
bool is_employer(const std::string& name);

}  // namespace semafoor::proposals
