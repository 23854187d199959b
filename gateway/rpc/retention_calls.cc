// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/retention_calls.h"

#include <set>
#include <utility>

#include "gateway/rpc/errors.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostRetentions = 50;

Result<void> check_each(const Retentions& retentions) {
  if (retentions.size() > kMostRetentions)
    return invalid("retentions", "Name the retention of 1 to 50 families in one call.");
  std::set<v1::MessageFamily> named;
  for (const auto& one : retentions) {
    if (!v1::MessageFamily_IsValid(one.family()))
      return invalid("retentions", "A message family is not known. Use those of ListFamilies.");
    if (!named.insert(one.family()).second)
      return invalid("retentions", "A message family is named twice. Name each one once.");
    if (!mailbox::is_retention(one.keep_days()))
      return invalid("retentions", "Messages were to be kept for " +
                                       std::to_string(one.keep_days()) + " days. Send " +
                                       std::to_string(mailbox::kFewestDays) + " to " +
                                       std::to_string(mailbox::kMostDays) + ", or for_ever.");
    if (one.for_ever() && one.keep_days() != 0)
      return invalid("retentions",
                     "Messages were to be kept for some days and for ever. Send one of them.");
  }
  return {};
}

}  // namespace

google::protobuf::RepeatedPtrField<v1::RetentionInForce> retentions_in_force(
    const mailbox::Retention* retention, const v1::Organisation& organisation) {
  const mailbox::RetentionDefaults defaults =
      retention == nullptr ? mailbox::RetentionDefaults() : retention->defaults();
  google::protobuf::RepeatedPtrField<v1::RetentionInForce> all;
  for (int family = v1::MessageFamily_MIN; family <= v1::MessageFamily_MAX; ++family)
    if (v1::MessageFamily_IsValid(family))
      *all.Add() =
          mailbox::retention(defaults, organisation, static_cast<v1::MessageFamily>(family));
  return all;
}

Result<void> check_retentions(const v1::SetRetentionRequest& request) {
  if (request.retentions().empty())
    return invalid("retentions", "Name the retention of 1 to 50 families in one call.");
  return check_each(request.retentions());
}

std::string retention_list(const Retentions& retentions) {
  std::string list;
  for (const auto& one : retentions) {
    list += (list.empty() ? "" : " ") + v1::MessageFamily_Name(one.family()) + "=";
    if (one.for_ever())
      list += "for_ever";
    else
      list += one.keep_days() == 0 ? "none" : std::to_string(one.keep_days());
  }
  return list;
}

Result<void> preview_retention(mailbox::Retention* retention, const Call& call,
                               const v1::PreviewRetentionRequest& request,
                               v1::PreviewRetentionResponse& response) {
  if (auto fine = check_each(request.retentions()); !fine.ok()) return fine;
  if (retention == nullptr) return {};
  v1::Organisation organisation(*call.organisation);
  for (const auto& one : request.retentions()) mailbox::set_retention(organisation, one);
  auto previews = retention->preview(organisation, {});
  if (!previews.ok()) return previews.error();
  for (auto& one : *previews) *response.add_previews() = std::move(one);
  return {};
}

}  // namespace semafoor::rpc
