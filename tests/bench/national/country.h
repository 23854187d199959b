// SPDX-License-Identifier: Apache-2.0
//
// A pretend country, made from a seed: organisations, their dossiers, the statements and the
// signals of each month. The same arguments give the same bytes; nothing is kept, so that it costs
// no memory to be large.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "semafoor/v1/signals.pb.h"

namespace semafoor::national {

struct Size {
  int organisations = 565;
  // Of all organisations together.
  int dossiers = 185'000;
  // Lines of statements, and signals, a month.
  int lines = 400'000;
  int signals = 13'000;
};

// A centre and how large it is: the largest has about a fourteenth of everything, as the large
// cities do; most are small.
struct Centre {
  std::string cbe;
  std::string nis;
  // Its dossiers are these numbers of the country.
  int first_dossier = 0;
  int dossiers = 0;
  int lines = 0;
  int signals = 0;
};

struct Dossier {
  std::string ssin;
  std::string number;
  // Of the wage or allowance; stays the same from month to month.
  std::int64_t eurocents = 0;
};

class Country {
 public:
  Country(std::uint64_t seed, const Size& size);

  const std::vector<Centre>& centres() const { return centres_; }
  Dossier dossier(int number) const;

  // The monthly statement of fixed width, as POD MI describes it. `month` counts from 0, January
  // 2026.
  std::string statement(const Centre& centre, int month) const;
  // The same rows as CSV without a head, the organisation, the statement's number and the line
  // before them: for the program that is the peer.
  std::string peer_rows(const Centre& centre, int month, std::int64_t statement) const;
  // The `index`-th signal of the month.
  v1::Signal signal(const Centre& centre, int month, int index) const;

 private:
  struct Line;
  Line line(const Centre& centre, int month, int index) const;
  std::uint64_t draw(std::uint64_t a, std::uint64_t b, std::uint64_t c) const;

  const std::uint64_t seed_;
  std::vector<Centre> centres_;
};

}  // namespace semafoor::national
