// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/national/country.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "gateway/documents/testing/statement_lines.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"

namespace semafoor::national {
namespace {

constexpr int kFirstYear = 2026;
constexpr int kMonths = 12;
constexpr std::array kTypes = {"X-WORK-DIMONA", "X-WORK-DMFA",        "X-UNEMPLOYMENT",
                               "X-PENSION",     "X-FAMILY-ALLOWANCE", "X-DISABILITY"};

int yyyymm(int month) {
  return (kFirstYear + month / kMonths) * 100 + month % kMonths + 1;
}

// Ten digits whose last two are 97 - (first eight mod 97).
std::string cbe_of(int number) {
  const int eight = 2'000'000 + number * 37;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08d%02d", eight, 97 - eight % 97);
  return text.data();
}

std::string padded(std::string text, std::size_t width) {
  text.resize(width, ' ');
  return text;
}

// Shares of `total` after the sizes, so that they add up to it.
std::vector<int> shared_out(int total, const std::vector<double>& weights) {
  double all = 0;
  for (const double weight : weights) all += weight;
  std::vector<int> shares;
  double passed = 0;
  int given = 0;
  for (const double weight : weights) {
    passed += weight;
    const int until = static_cast<int>(std::lround(total * passed / all));
    shares.push_back(until - given);
    given = until;
  }
  return shares;
}

}  // namespace

struct Country::Line {
  Dossier whose;
  int month = 0;
  int number = 0;
  std::int64_t eurocents = 0;
  std::string reference;
  std::string article;
};

Country::Country(std::uint64_t seed, const Size& size) : seed_(seed) {
  std::vector<double> weights;
  for (int i = 0; i < size.organisations; ++i) weights.push_back(1.0 / (i + 1.5));
  const auto dossiers = shared_out(size.dossiers, weights);
  const auto lines = shared_out(size.lines, weights);
  const auto signals = shared_out(size.signals, weights);
  int first = 0;
  for (int i = 0; i < size.organisations; ++i) {
    const auto at = static_cast<std::size_t>(i);
    centres_.push_back({.cbe = cbe_of(i),
                        .nis = std::to_string(11'001 + i),
                        .first_dossier = first,
                        .dossiers = std::max(1, dossiers[at]),
                        .lines = lines[at],
                        .signals = signals[at]});
    first += std::max(1, dossiers[at]);
  }
}

std::uint64_t Country::draw(std::uint64_t a, std::uint64_t b, std::uint64_t c) const {
  // SplitMix64 over the arguments.
  std::uint64_t x = seed_ + 0x9e3779b97f4a7c15U * (a + 1) + 0xbf58476d1ce4e5b9U * (b + 1) +
                    0x94d049bb133111ebU * (c + 1);
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

Dossier Country::dossier(int number) const {
  const auto drawn = draw(1, static_cast<std::uint64_t>(number), 0);
  return {.ssin = documents::testing::invented_ssin(static_cast<std::uint32_t>(number)),
          .number = std::to_string(2015 + drawn % 11) + "/" + std::to_string(number + 1),
          .eurocents = static_cast<std::int64_t>(20'000 + drawn / 11 % 110'000)};
}

Country::Line Country::line(const Centre& centre, int month, int index) const {
  const auto drawn = draw(2, static_cast<std::uint64_t>(month),
                          static_cast<std::uint64_t>(centre.first_dossier) * 100'003 +
                              static_cast<std::uint64_t>(index));
  // Every dossier has a line, some have more.
  const int which = centre.first_dossier + index % centre.dossiers;
  Line line{.whose = dossier(which), .month = yyyymm(month), .number = index + 1};
  line.eurocents = line.whose.eurocents;
  std::array<char, 16> reference{};
  std::snprintf(reference.data(), reference.size(), "F%09d", which);
  line.reference = reference.data();
  line.article = "X0000" + std::to_string(1 + drawn % 3);
  return line;
}

std::string Country::statement(const Centre& centre, int month) const {
  std::string text;
  text.reserve(static_cast<std::size_t>(centre.lines) * 113);
  for (int index = 0; index < centre.lines; ++index) {
    const Line one = line(centre, month, index);
    std::array<char, 64> fixed{};
    text += '1' + centre.nis + std::to_string(one.month) + padded(one.whose.number, 11) + "  " +
            one.whose.ssin + padded(one.reference, 12) + '1';
    std::snprintf(fixed.data(), fixed.size(), "%d01%d28", one.month, one.month);
    text += fixed.data() + one.article;
    std::snprintf(fixed.data(), fixed.size(), "+%08lld1", static_cast<long long>(one.eurocents));
    text += fixed.data() + padded("Voorbeeld Persoon", 30) + "\r\n";
  }
  return text;
}

std::string Country::peer_rows(const Centre& centre, int month, std::int64_t statement) const {
  std::string text;
  for (int index = 0; index < centre.lines; ++index) {
    const Line one = line(centre, month, index);
    text += centre.cbe + ',' + std::to_string(statement) + ',' + std::to_string(one.number) +
            ",1," + centre.nis + ',' + std::to_string(one.month) + ',' +
            domain::normalised_dossier(one.whose.number) + ",," + one.whose.ssin + ',' +
            one.reference + ",1," + std::to_string(one.month) + "01," + std::to_string(one.month) +
            "28," + one.article + ',' + std::to_string(one.eurocents) + ",1,Voorbeeld Persoon\n";
  }
  return text;
}

v1::Signal Country::signal(const Centre& centre, int month, int index) const {
  const auto drawn = draw(3, static_cast<std::uint64_t>(month),
                          static_cast<std::uint64_t>(centre.first_dossier) * 100'003 +
                              static_cast<std::uint64_t>(index));
  const Dossier whose = dossier(
      centre.first_dossier + static_cast<int>(drawn % static_cast<std::uint64_t>(centre.dossiers)));
  v1::Signal signal;
  signal.mutable_organisation()->set_value(centre.cbe);
  signal.set_signal_reference("KN" + centre.cbe.substr(2) + std::to_string(month) + "-" +
                              std::to_string(index));
  signal.set_law(v1::LAW_RMI);
  signal.mutable_person()->set_value(whose.ssin);
  signal.set_dossier_number(whose.number);
  signal.set_signal_type(kTypes.at(drawn / 7 % kTypes.size()));
  signal.set_source_flow("DIMONA");
  // Now and then two of a month are the same signal, as in life.
  const int first = yyyymm(month) * 100 + 1 + static_cast<int>(drawn / 131 % 28);
  *signal.mutable_reference_period()->mutable_from() = domain::date_of_number(first);
  *signal.mutable_reference_period()->mutable_to() =
      domain::date_of_number(yyyymm(month) * 100 + 28);
  signal.mutable_amount()->set_eurocents(whose.eurocents);
  *signal.mutable_detected_on() = domain::date_of_number(yyyymm(month) * 100 + 28);
  signal.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  return signal;
}

}  // namespace semafoor::national
