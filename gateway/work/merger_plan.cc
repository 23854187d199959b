// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/merger_plan.h"

#include <string>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/signals/persons.h"
#include "gateway/signals/succession.h"
#include "gateway/work/kept.h"

namespace semafoor::work {
namespace {

Error refused(const char* code, const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = code,
               .message = "Merging organisations: " + what + " Nothing was changed."};
}

Result<void> check_served(store::Reader& reader, const store::Org& org) {
  auto found = reader.organisation(org);
  if (!found) return found.error();
  if (*found) return {};
  return refused("work.merger_unknown",
                 "organisation " + org + " is not served here. Add it first.");
}

Result<void> check_one(store::Reader& reader, const store::Org& from, const store::Org& into) {
  if (from == into)
    return refused("work.merger_self", "organisation " + from + " was to become part of itself.");
  if (auto served = check_served(reader, from); !served) return served;
  auto succession = signals::succession_of(reader, from);
  if (!succession) return succession.error();
  if (!succession->into().empty() && succession->into() != into)
    return refused("work.merger_elsewhere",
                   "organisation " + from + " became part of " + succession->into() + " already.");
  return {};
}

// What became part of `from` before is now part of `into` too.
void inherit(v1::Succession& into, const v1::Succession& from, const store::Org& org,
             const v1::Date& date) {
  const auto add = [&](const std::string& organisation) {
    auto& former = *into.add_predecessors();
    former.set_organisation(organisation);
    *former.mutable_date() = date;
  };
  for (const v1::Predecessor& one : from.predecessors()) add(one.organisation());
  add(org);
}

Result<void> put_one(store::Transaction& tx, const store::Org& from, const MergerOrder& order,
                     const domain::Act& act, std::int64_t now_ms) {
  auto old = signals::succession_of(tx, from);
  if (!old) return old.error();
  if (!old->into().empty()) return {};
  auto its = signals::succession_of(tx, order.into);
  if (!its) return its.error();
  inherit(*its, *old, from, order.date);
  old->set_into(order.into);
  *old->mutable_date() = order.date;
  if (auto put = signals::put_succession(tx, from, *old); !put) return put;
  if (auto put = signals::put_succession(tx, order.into, *its); !put) return put;
  v1::Merger merger;
  merger.mutable_from()->set_value(from);
  merger.mutable_into()->set_value(order.into);
  *merger.mutable_date() = order.date;
  merger.set_state(v1::MERGER_STATE_PLANNED);
  merger.mutable_ordered_at()->set_unix_ms(now_ms);
  if (auto put = put_merger(tx, merger); !put) return put;
  for (const auto& [chain, words] :
       {std::pair(from, "into " + order.into), std::pair(order.into, "from " + from)}) {
    auto noted =
        tx.append_audit(chain, {.what = "organisation.merge",
                                .act = act,
                                .subject_kind = "organisation",
                                .subject_id = from,
                                .persons = {},
                                .result = {},
                                .upstream_ticket = {},
                                .detail = words + " on " + domain::write_date(order.date)});
    if (!noted) return noted;
  }
  return {};
}

}  // namespace

Result<void> check_order(store::Reader& reader, const MergerOrder& order) {
  if (auto served = check_served(reader, order.into); !served) return served;
  auto succession = signals::succession_of(reader, order.into);
  if (!succession) return succession.error();
  if (!succession->into().empty())
    return refused("work.merger_elsewhere", "organisation " + order.into + " became part of " +
                                                succession->into() + " already.");
  for (const store::Org& from : order.from)
    if (auto fine = check_one(reader, from, order.into); !fine) return fine;
  return {};
}

Result<void> put_plan(store::Transaction& tx, const MergerOrder& order, const domain::Act& act,
                      std::int64_t now_ms) {
  if (auto fine = check_order(tx, order); !fine) return fine;
  for (const store::Org& from : order.from)
    if (auto put = put_one(tx, from, order, act, now_ms); !put) return put;
  return {};
}

Result<std::optional<v1::Merger>> merger_of(store::Reader& reader, const store::Org& from) {
  auto succession = signals::succession_of(reader, from);
  if (!succession) return succession.error();
  if (succession->into().empty()) return std::optional<v1::Merger>();
  return kept<v1::Merger>(reader, succession->into(), kMergerEntry, from);
}

Result<void> put_merger(store::Transaction& tx, const v1::Merger& merger) {
  return keep(tx, merger.into().value(), kMergerEntry, merger.from().value(), merger);
}

Result<std::vector<v1::Merger>> mergers_into(store::Reader& reader, const store::Org& into) {
  return all_kept<v1::Merger>(reader, into, kMergerEntry);
}

}  // namespace semafoor::work
