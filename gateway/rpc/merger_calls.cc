// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/merger_calls.h"

#include <set>
#include <utility>
#include <vector>

#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/rpc/call_act.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostAtOnce = 20;

Error no_mergers() {
  return failure(ErrorKind::unimplemented, "work.none",
                 "A call about mergers came to a gateway without that room.");
}

Result<work::MergerOrder> order_of(const Call& call, const v1::MergeOrganisationsRequest& request) {
  work::MergerOrder order{.into = call.org(), .from = {}, .date = {}};
  if (request.from().empty() || request.from_size() > kMostAtOnce)
    return invalid("from", "Name 1 to 20 organisations that become part of another.");
  std::set<std::string> seen;
  for (const v1::CbeNumber& from : request.from()) {
    if (!domain::is_valid_cbe(from.value()))
      return invalid("from", "An enterprise number is not valid. Send ten digits.");
    if (!seen.insert(from.value()).second)
      return invalid("from", "An organisation is named twice. Name each one once.");
    if (!call.session->access.has(Role::operating, from.value()))
      return foreign_organisation(from.value());
    order.from.push_back(from.value());
  }
  auto day = day_of(request.has_date(), request.date(), "date");
  if (!day.ok()) return day.error();
  if (*day) order.date = domain::date_of_number(**day);
  return order;
}

}  // namespace

Result<void> merge_organisations(work::Mergers* mergers, const Call& call,
                                 const v1::MergeOrganisationsRequest& request,
                                 v1::MergeOrganisationsResponse& response) {
  if (mergers == nullptr) return no_mergers();
  auto order = order_of(call, request);
  if (!order.ok()) return order.error();
  if (!request.preview())
    if (auto given = act_with_reason(call, {}); !given.ok()) return given.error();
  auto merged = request.preview() ? mergers->preview(*order) : mergers->order(*order, call.act);
  if (!merged.ok()) return merged.error();
  response.mutable_mergers()->Assign(merged->begin(), merged->end());
  return {};
}

Result<void> list_mergers(work::Mergers* mergers, const Call& call,
                          v1::ListMergersResponse& response) {
  if (mergers == nullptr) return no_mergers();
  auto all = mergers->list(call.org());
  if (!all.ok()) return all.error();
  response.mutable_mergers()->Assign(all->begin(), all->end());
  return {};
}

}  // namespace semafoor::rpc
