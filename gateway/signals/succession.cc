// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/succession.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/signals/known.h"
#include "gateway/signals/persons.h"

namespace semafoor::signals {
namespace {

// A merger of an organisation that is itself the result of one, and so on: more than there ever
// were, and an end for a loop that cannot be.
constexpr int kMostHeirs = 16;

bool has_come(const v1::Date& date, std::int64_t now_ms) {
  return domain::date_number(date) <= domain::belgian_time(now_ms).date();
}

// Its record went over to another organisation.
bool went_over(const v1::Signal& signal) {
  return signal.state() == v1::SIGNAL_STATE_SUPERSEDED &&
         !signal.supersession().signal_id().empty();
}

// Every number that the person has, by what `org` learned and the delivery says.
Result<std::vector<std::string>> numbers_at(store::Reader& reader, const store::Org& org,
                                            const v1::Signal& facts,
                                            const std::string& replaced_ssin) {
  auto numbers = numbers_of(reader, org, facts.person().value());
  if (!numbers || replaced_ssin.empty()) return numbers;
  auto others = numbers_of(reader, org, replaced_ssin);
  if (!others) return others;
  numbers->insert(numbers->end(), others->begin(), others->end());
  return numbers;
}

// Under any of these numbers.
Result<std::optional<v1::Signal>> known_at(store::Reader& reader, const store::Org& org,
                                           const v1::Signal& facts,
                                           const std::vector<std::string>& numbers) {
  v1::Signal there(facts);
  there.set_dossier_number_normalised(domain::normalised_dossier(facts.dossier_number()));
  for (const std::string& number : numbers) {
    auto current = current_number(reader, org, number);
    if (!current) return current.error();
    there.mutable_person()->set_value(*current);
    auto known = find_known(reader, org, there);
    if (!known || *known) return known;
  }
  return std::optional<v1::Signal>();
}

}  // namespace

Result<v1::Succession> succession_of(store::Reader& reader, const store::Org& org) {
  auto entry = reader.entry(org, kSuccession, kSuccession);
  if (!entry) return entry.error();
  v1::Succession succession;
  if (*entry && !succession.ParseFromString((*entry)->body)) {
    return Error{.kind = ErrorKind::data_loss,
                 .code = "store.record_damaged",
                 .message = "Looking up what organisation " + org +
                            " became part of: what is stored cannot be read. Restore a backup."};
  }
  return succession;
}

Result<void> put_succession(store::Transaction& tx, const store::Org& org,
                            const v1::Succession& succession) {
  return tx.put_entry(org, {.kind = kSuccession,
                            .id = kSuccession,
                            .person = {},
                            .subject = {},
                            .body = succession.SerializeAsString()});
}

Result<std::vector<store::Org>> heirs_of(store::Reader& reader, const store::Org& org,
                                         std::int64_t now_ms) {
  std::vector<store::Org> heirs;
  store::Org at = org;
  while (static_cast<int>(heirs.size()) < kMostHeirs) {
    auto succession = succession_of(reader, at);
    if (!succession) return succession.error();
    if (succession->into().empty() || !has_come(succession->date(), now_ms)) break;
    at = succession->into();
    heirs.push_back(at);
  }
  return heirs;
}

Result<std::vector<store::Org>> predecessors_of(store::Reader& reader, const store::Org& org,
                                                std::int64_t now_ms) {
  auto succession = succession_of(reader, org);
  if (!succession) return succession.error();
  std::vector<store::Org> all;
  for (const v1::Predecessor& one : succession->predecessors())
    if (has_come(one.date(), now_ms)) all.push_back(one.organisation());
  return all;
}

Result<bool> stands_for(store::Reader& reader, const store::Org& org, const store::Org& named,
                        std::int64_t now_ms) {
  if (org == named) return true;
  auto heirs = heirs_of(reader, org, now_ms);
  if (!heirs) return heirs.error();
  if (std::find(heirs->begin(), heirs->end(), named) != heirs->end()) return true;
  auto former = predecessors_of(reader, org, now_ms);
  if (!former) return former.error();
  return std::find(former->begin(), former->end(), named) != former->end();
}

Result<Home> home_of(store::Reader& reader, const store::Org& org, const v1::Signal& facts,
                     const std::string& replaced_ssin, std::int64_t now_ms) {
  auto heirs = heirs_of(reader, org, now_ms);
  if (!heirs) return heirs.error();
  const Home now{.org = heirs->empty() ? org : heirs->back()};
  auto predecessors = predecessors_of(reader, now.org, now_ms);
  if (!predecessors) return predecessors.error();
  if (predecessors->empty()) return now;
  auto numbers = numbers_at(reader, now.org, facts, replaced_ssin);
  if (!numbers) return numbers.error();
  auto known = known_at(reader, now.org, facts, *numbers);
  if (!known) return known.error();
  if (*known) return now;
  for (const store::Org& former : *predecessors) {
    known = known_at(reader, former, facts, *numbers);
    if (!known) return known.error();
    if (!*known || went_over(**known)) continue;
    return Home{.org = former, .heir = now.org, .known_as = (*known)->person().value()};
  }
  return now;
}

}  // namespace semafoor::signals
