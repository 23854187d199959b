// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/facts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"

namespace semafoor::proposals {
namespace {

constexpr std::int64_t kWhole = 10'000;

std::string period_text(const v1::Period& period) {
  std::string text = period.has_from() ? domain::write_date(period.from()) : "";
  text += "/";
  return period.has_to() ? text + domain::write_date(period.to()) : text;
}

bool same_period(const v1::Period& one, const v1::Period& other) {
  return domain::date_number(one.from()) == domain::date_number(other.from()) &&
         domain::date_number(one.to()) == domain::date_number(other.to());
}

// `shape`: 9 stands for a digit, other characters for themselves.
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(), [](char c, char wanted) {
           return wanted == '9' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == wanted;
         });
}

// Plain numbers are none: an amount could look like one.
bool tells_period(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kShapes{"9999-99-99", "99/99/9999", "9999-99",
                                                           "9999/9",     "9999Q9",     "9999T9"};
  return std::any_of(kShapes.begin(), kShapes.end(),
                     [&](std::string_view shape) { return has_shape(text, shape); });
}

v1::ComparedFact fact(const std::string& name, std::string before, std::string now) {
  v1::ComparedFact made;
  made.set_name(name);
  made.set_equal(before == now);
  made.set_before(std::move(before));
  made.set_now(std::move(now));
  return made;
}

std::string amount_text(const v1::Signal& signal) {
  return signal.has_amount() ? std::to_string(signal.amount().eurocents()) : "";
}

bool within(const v1::Signal& before, const v1::Signal& now, int tolerance) {
  if (!before.has_amount() || !now.has_amount()) return false;
  const std::int64_t former = std::abs(before.amount().eurocents());
  const std::int64_t difference = std::abs(now.amount().eurocents() - before.amount().eurocents());
  // Amounts are bounded far below where this could overflow; one that is not differs.
  constexpr std::int64_t kLargest = 1'000'000'000'000;
  return former < kLargest && difference < kLargest && difference * kWhole <= former * tolerance;
}

using Values = std::map<std::string, std::multiset<std::string>>;

Values values_of(const v1::Signal& signal) {
  Values values;
  for (const auto& field : signal.fields()) values[field.name()].insert(field.value());
  return values;
}

std::string joined(const std::multiset<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

bool all_tell_period(const std::multiset<std::string>& values) {
  return !values.empty() && std::all_of(values.begin(), values.end(), &tells_period);
}

void compare_fields(const v1::Signal& before, const v1::Signal& now,
                    std::vector<v1::ComparedFact>& facts) {
  Values former = values_of(before);
  Values present = values_of(now);
  std::set<std::string> names;
  for (const auto& [name, values] : former) names.insert(name);
  for (const auto& [name, values] : present) names.insert(name);
  for (const std::string& name : names) {
    auto one = fact(name, joined(former[name]), joined(present[name]));
    one.set_may_differ(!one.equal() && all_tell_period(former[name]) &&
                       all_tell_period(present[name]));
    facts.push_back(std::move(one));
  }
}

}  // namespace

bool same_ground(const v1::Signal& before, const v1::Signal& now) {
  return before.signal_id() != now.signal_id() && before.law() == now.law() &&
         before.signal_type() == now.signal_type() && before.source_flow() == now.source_flow() &&
         before.suffix() == now.suffix() &&
         domain::normalised_dossier(before.dossier_number()) ==
             domain::normalised_dossier(now.dossier_number()) &&
         !same_period(before.reference_period(), now.reference_period());
}

Comparison compare_facts(const v1::Signal& before, const v1::Signal& now, int tolerance) {
  Comparison made;
  auto period =
      fact("period", period_text(before.reference_period()), period_text(now.reference_period()));
  period.set_may_differ(true);
  if (before.has_amount() || now.has_amount()) {
    auto amount = fact("amount", amount_text(before), amount_text(now));
    amount.set_may_differ(!amount.equal() && within(before, now, tolerance));
    made.facts.push_back(std::move(amount));
  }
  compare_fields(before, now, made.facts);
  made.equal = static_cast<int>(std::count_if(made.facts.begin(), made.facts.end(),
                                              [](const auto& one) { return one.equal(); }));
  const bool recognised = std::any_of(made.facts.begin(), made.facts.end(), [](const auto& one) {
    return one.equal() || (one.name() == "amount" && one.may_differ());
  });
  made.same = recognised && std::all_of(made.facts.begin(), made.facts.end(), [](const auto& one) {
                return one.equal() || one.may_differ();
              });
  made.facts.insert(made.facts.begin(), std::move(period));
  return made;
}

bool is_employer(const std::string& name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* word : {"employer", "werkgever", "employeur", "arbeitgeber"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace semafoor::proposals
