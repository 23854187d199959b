// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/persons.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "gateway/domain/signal_identity.h"
#include "gateway/domain/ssin.h"
#include "gateway/domain/uuid.h"
#include "gateway/signals/facts.h"
#include "gateway/signals/succession.h"
#include "gateway/signals/unite.h"

namespace semafoor::signals {
namespace {

// No person has had so many numbers; a chain has no cycle, and is bounded all the same.
constexpr int kMostNumbers = 100;
constexpr int kPage = 500;

Error refused(const char* reason, ErrorKind kind, std::string why, std::string field) {
  return Error{.kind = kind,
               .code = std::string("signals.") + reason,
               .message = "Noting that a number of a person was replaced: " + std::move(why),
               .field = std::move(field)};
}

// Empty: by none.
Result<std::string> replaced_by(store::Reader& reader, const store::Org& org,
                                const std::string& number) {
  if (number.empty()) return std::string();
  const auto found = reader.entries(org, kPersonNumber, {.limit = 1, .subject = number});
  if (!found) return found.error();
  if (found->items.empty()) return std::string();
  v1::PersonNumber body;
  if (!body.ParseFromString(found->items.front().body))
    return Error{.kind = ErrorKind::data_loss,
                 .code = "store.record_damaged",
                 .message =
                     "Following a replaced number of a person: what is stored cannot be read. "
                     "Restore a backup, or tell the replacement again."};
  return body.current().value();
}

Result<std::vector<std::string>> former_numbers(store::Reader& reader, const store::Org& org,
                                                const std::string& number) {
  const auto found = reader.entries(org, kPersonNumber, {.limit = kMostNumbers, .person = number});
  if (!found) return found.error();
  std::vector<std::string> numbers;
  for (const store::Entry& entry : found->items) {
    v1::PersonNumber body;
    if (body.ParseFromString(entry.body)) numbers.push_back(body.former().value());
  }
  return numbers;
}

Result<void> check(const NumberChange& change) {
  if (!domain::is_valid_ssin(change.former))
    return refused("person_invalid", ErrorKind::invalid_argument,
                   "the former number has another check number. Send eleven digits.", "former");
  if (!domain::is_valid_ssin(change.current))
    return refused("person_invalid", ErrorKind::invalid_argument,
                   "the new number has another check number. Send eleven digits.", "current");
  if (change.former == change.current)
    return refused("person_same", ErrorKind::invalid_argument,
                   "both are the same number. Send the one before and the one after.", "current");
  return {};
}

Result<std::vector<v1::Signal>> signals_of(store::Reader& reader, const store::Org& org,
                                           const std::string& number) {
  std::vector<v1::Signal> signals;
  store::SignalQuery query{.limit = kPage, .ssin = number};
  do {
    auto page = reader.signals(org, query);
    if (!page) return page.error();
    for (v1::Signal& signal : page->items)
      if (!domain::is_united(signal)) signals.push_back(std::move(signal));
    query.position = page->position;
  } while (!query.position.empty());
  return signals;
}

Result<void> move_signal(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                         const std::vector<std::string>& way, const ByAndAt& change,
                         std::vector<std::string>& changed) {
  changed.push_back(signal.signal_id());
  v1::Signal moved = signal;
  for (const std::string& number : way) change_person(moved, number);
  auto other = tx.signal_by_key(org, domain::signal_key(moved));
  if (!other) return other.error();
  if (*other && (*other)->signal_id() != signal.signal_id()) {
    changed.push_back((*other)->signal_id());
    return unite(tx, org, {.before = signal, .after = moved}, **other, change);
  }
  return store_moved(tx, org, moved, change);
}

Result<void> record(store::Transaction& tx, const store::Org& org, const NumberChange& change,
                    std::int64_t now_ms) {
  v1::PersonNumber body;
  body.mutable_former()->set_value(change.former);
  body.mutable_current()->set_value(change.current);
  body.mutable_recorded_at()->set_unix_ms(now_ms);
  if (change.recorded_by != nullptr) *body.mutable_recorded_by() = *change.recorded_by;
  return tx.put_entry(org, {.kind = kPersonNumber,
                            .id = domain::uuid_v7(now_ms),
                            .sort = now_ms,
                            .person = change.current,
                            .subject = change.former,
                            .body = body.SerializeAsString()});
}

}  // namespace

Result<std::vector<std::string>> way_of(store::Reader& reader, const store::Org& org,
                                        const std::string& number) {
  std::vector<std::string> way{number};
  while (static_cast<int>(way.size()) < kMostNumbers) {
    auto next = replaced_by(reader, org, way.back());
    if (!next) return next.error();
    if (next->empty()) break;
    way.push_back(std::move(*next));
  }
  return way;
}

Result<std::string> current_number(store::Reader& reader, const store::Org& org,
                                   const std::string& number) {
  const auto way = way_of(reader, org, number);
  if (!way) return way.error();
  return way->back();
}

Result<std::vector<std::string>> numbers_of(store::Reader& reader, const store::Org& org,
                                            const std::string& number) {
  auto last = current_number(reader, org, number);
  if (!last) return last.error();
  std::vector<std::string> numbers{std::move(*last)};
  for (std::size_t next = 0; next < numbers.size(); ++next) {
    const auto before = former_numbers(reader, org, numbers[next]);
    if (!before) return before.error();
    for (const std::string& its : *before) {
      if (static_cast<int>(numbers.size()) == kMostNumbers) return numbers;
      if (std::find(numbers.begin(), numbers.end(), its) == numbers.end()) numbers.push_back(its);
    }
  }
  return numbers;
}

namespace {

Result<ChangedPerson> replace_here(store::Transaction& tx, const store::Org& org,
                                   const NumberChange& change, const domain::Act& act,
                                   std::int64_t now_ms) {
  if (auto fine = check(change); !fine) return fine.error();
  const auto way = way_of(tx, org, change.current);
  if (!way) return way.error();
  if (way->back() == change.former)
    return refused("person_cycle", ErrorKind::failed_precondition,
                   "the new number was replaced by the former one before. Ask the authority which "
                   "counts.",
                   "current");
  const auto before = current_number(tx, org, change.former);
  if (!before) return before.error();
  ChangedPerson result{.person = way->back(), .signal_ids = {}};
  if (*before == result.person) return result;
  if (*before != change.former)
    return refused("person_conflict", ErrorKind::failed_precondition,
                   "the former number was replaced by another one before. Where both are of one "
                   "person, tell which of the two replaced the other.",
                   "former");
  if (auto kept = record(tx, org, change, now_ms); !kept) return kept.error();
  const auto signals = signals_of(tx, org, change.former);
  if (!signals) return signals.error();
  for (const v1::Signal& signal : *signals)
    if (auto moved = move_signal(tx, org, signal, *way, {act, now_ms}, result.signal_ids); !moved)
      return moved.error();
  auto noted = tx.append_audit(
      org, {.what = "person.replace",
            .act = act,
            .subject_kind = "person",
            .persons = {change.former, change.current},
            .detail = std::to_string(result.signal_ids.size()) + " signals changed"});
  if (!noted) return noted.error();
  return result;
}

// Organisations that became part of `org` keep what they answered: it is found under the number
// that counts now.
Result<void> tell_predecessors(store::Transaction& tx, const store::Org& org,
                               const NumberChange& change, const domain::Act& act,
                               std::int64_t now_ms) {
  auto predecessors = predecessors_of(tx, org, now_ms);
  if (!predecessors) return predecessors.error();
  for (const store::Org& one : *predecessors) {
    auto known = tx.signals(one, {.limit = 1, .ssin = change.former});
    if (!known) return known.error();
    if (known->items.empty()) continue;
    auto changed = replace_number(tx, one, change, act, now_ms);
    // What that organisation knows of the person counts there.
    if (!changed && !changed.error().code.starts_with("signals.person_")) return changed.error();
  }
  return {};
}

}  // namespace

Result<ChangedPerson> replace_number(store::Transaction& tx, const store::Org& org,
                                     const NumberChange& change, const domain::Act& act,
                                     std::int64_t now_ms) {
  auto changed = replace_here(tx, org, change, act, now_ms);
  if (!changed) return changed;
  if (auto told = tell_predecessors(tx, org, change, act, now_ms); !told) return told.error();
  return changed;
}

}  // namespace semafoor::signals
