// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/channel_calls.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/changeover/changeover.h"
#include "gateway/domain/date.h"
#include "gateway/rpc/errors.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/store/sha256.h"

namespace semafoor::rpc {
namespace {

constexpr int kDaysDigits = 100;
constexpr int kMostDifferences = 500;
constexpr std::int64_t kPiece = 1024 * 1024;

Result<changeover::Changeover*> room_of(UseCases& rooms) {
  if (rooms.changeover != nullptr) return rooms.changeover;
  return failure(ErrorKind::unimplemented, "channels.none",
                 "Channels were asked for, and this gateway has none.");
}

Result<void> record_about(UseCases& rooms, const Call& call, const char* what,
                          const std::string& return_id, std::vector<std::string> signals) {
  if (signals.empty()) return {};
  std::string shown = std::to_string(signals.size()) + " shown";
  return rooms.recorder.record(
      {.org = call.org(),
       .entry = {.what = what,
                 .act = call.act,
                 .subject_kind = return_id.empty() ? "signal" : "list.return",
                 .subject_id = return_id,
                 .detail = std::move(shown)},
       .signals = std::move(signals)});
}

template <typename Rows>
std::vector<std::string> signals_of(const Rows& rows) {
  std::vector<std::string> signals;
  for (const auto& row : rows) signals.push_back(row.signal_id());
  return signals;
}

Result<changeover::ReconciliationWish> wish_of(const v1::GetReconciliationRequest& request) {
  changeover::ReconciliationWish wish;
  auto most = page_size(request.most_differences(), wish.most_differences, kMostDifferences);
  if (!most.ok()) return most.error();
  wish.most_differences = *most;
  auto from = day_of(request.period().has_from(), request.period().from(), "period.from");
  if (!from.ok()) return from.error();
  auto to = day_of(request.period().has_to(), request.period().to(), "period.to");
  if (!to.ok()) return to.error();
  if (!*from && !*to) return wish;
  if (!*from || !*to) return invalid("period", "Send both days of the period, or none of them.");
  wish.from = **from / kDaysDigits;
  wish.to = **to / kDaysDigits;
  if (wish.to < wish.from || wish.to >= changeover::month_after(wish.from, changeover::kMostMonths))
    return invalid("period", "Send a period of 1 to " + std::to_string(changeover::kMostMonths) +
                                 " months, its first day first.");
  return wish;
}

std::string sha256_of(const std::string& bytes) {
  store::Sha256 digest;
  digest.add(std::as_bytes(std::span(bytes)));
  return store::digest_bytes(digest.hex());
}

}  // namespace

Result<void> check_person(const Call& call) {
  if (!call.act.actor_id.empty()) return {};
  return failure(ErrorKind::invalid_argument, "request.actor_missing",
                 "A half-yearly list was to go back without a person: name who acts (the actor of "
                 "the call).");
}

Result<void> get_channel(UseCases& rooms, const Call& call, const v1::GetChannelRequest&,
                         v1::GetChannelResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  auto channel = (*room)->channel(call.org());
  if (!channel.ok()) return channel.error();
  response = std::move(*channel);
  return {};
}

Result<void> set_channel(UseCases& rooms, const Call& call, const v1::SetChannelRequest& request,
                         v1::SetChannelResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  if (request.mode() == v1::CHANNEL_MODE_UNSPECIFIED || !v1::ChannelMode_IsValid(request.mode()))
    return invalid("mode",
                   "The channel is not known. Send CHANNEL_MODE_LISTS, CHANNEL_MODE_PARALLEL or "
                   "CHANNEL_MODE_ELECTRONIC.");
  auto changed = (*room)->set_channel(
      call.org(),
      {.mode = request.mode(), .by = call.act.caller.account, .reason = call.act.reason}, call.act);
  if (!changed.ok()) return changed.error();
  response = std::move(*changed);
  return {};
}

Result<void> get_reconciliation(UseCases& rooms, const Call& call,
                                const v1::GetReconciliationRequest& request,
                                v1::GetReconciliationResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  auto wish = wish_of(request);
  if (!wish.ok()) return wish.error();
  auto report = (*room)->reconcile(call.org(), *wish);
  if (!report.ok()) return report.error();
  response = std::move(*report);
  return record_about(rooms, call, "reconciliation.read", {}, signals_of(response.differences()));
}

Result<void> list_returns(UseCases& rooms, const Call& call, const v1::ListReturnsRequest& request,
                          v1::ListReturnsResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  auto& returns = (*room)->returns();
  auto listed = list_page(
      request, response, page_query<store::EntryQuery>(request, 50, 200),
      [&](const auto& query) { return returns.list(call.org(), query); },
      [](auto& to) { return to.add_returns(); });
  if (!listed.ok() || !request.page_token().empty()) return listed;
  auto waiting = returns.unreturned(call.org());
  if (!waiting.ok()) return waiting.error();
  for (v1::UnreturnedList& one : *waiting) *response.add_unreturned() = std::move(one);
  return {};
}

Result<void> prepare_return(UseCases& rooms, const Call& call,
                            const v1::PrepareReturnRequest& request,
                            v1::PrepareReturnResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  if (auto fine = check_id(request.list_id(), "listId"); !fine.ok()) return fine;
  auto prepared = (*room)->returns().prepare(call.org(), request.list_id(), call.act);
  if (!prepared.ok()) return prepared.error();
  response = std::move(*prepared);
  return record_about(rooms, call, "return.missing", response.list_return().return_id(),
                      signals_of(response.missing()));
}

Result<void> prepare_return_blind(UseCases& rooms, const Call& call,
                                  const v1::PrepareReturnRequest& request,
                                  v1::PrepareReturnResponse& response) {
  auto prepared = prepare_return(rooms, call, request, response);
  for (v1::ReturnRow& row : *response.mutable_missing()) row.clear_columns();
  return prepared;
}

Result<void> list_return_rows(UseCases& rooms, const Call& call,
                              const v1::ListReturnRowsRequest& request,
                              v1::ListReturnRowsResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  if (auto fine = check_id(request.return_id(), "returnId"); !fine.ok()) return fine;
  auto listed = list_page(
      request, response, page_query<store::EntryQuery>(request),
      [&](const auto& query) {
        return (*room)->returns().rows(call.org(), request.return_id(), query);
      },
      [](auto& to) { return to.add_rows(); });
  if (!listed.ok()) return listed;
  return record_about(rooms, call, "return.rows", request.return_id(), signals_of(response.rows()));
}

Result<void> get_return_file(UseCases& rooms, const Call& call,
                             const v1::GetReturnFileRequest& request,
                             v1::GetReturnFileResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  if (auto fine = check_id(request.return_id(), "returnId"); !fine.ok()) return fine;
  if (!v1::ReturnFormat_IsValid(request.format()))
    return invalid("format", "The format is not known. Send RETURN_FORMAT_CSV or _XLSX.");
  // The first piece takes the list out; the others only read what is out.
  const bool goes_on = request.offset() != 0;
  auto fetched = (*room)->returns().fetch(call.org(),
                                          {.return_id = request.return_id(),
                                           .format = request.format(),
                                           .preview = request.preview() || goes_on,
                                           .incomplete = request.incomplete()},
                                          call.act);
  if (!fetched.ok()) return fetched.error();
  const std::string& bytes = fetched->file.bytes;
  const auto size = static_cast<std::int64_t>(bytes.size());
  const bool is_out = request.preview() || fetched->its.state() == v1::RETURN_STATE_FETCHED;
  if ((goes_on && !is_out) || request.offset() < 0 || request.offset() > size)
    return invalid("offset", "The file has no such offset, or is not out any more. Begin at 0.");
  const std::int64_t piece = std::min(kPiece, size - request.offset());
  response.set_piece(
      bytes.substr(static_cast<std::size_t>(request.offset()), static_cast<std::size_t>(piece)));
  const std::int64_t next = request.offset() + piece;
  response.set_next_offset(next == size ? 0 : next);
  response.set_size_bytes(size);
  response.set_sha256(sha256_of(bytes));
  response.set_file_name(fetched->file.name);
  response.set_media_type(fetched->file.media_type);
  *response.mutable_list_return() = std::move(fetched->its);
  return record_about(rooms, call, "return.file", request.return_id(), std::move(fetched->signals));
}

Result<void> send_return(UseCases& rooms, const Call& call, const v1::SendReturnRequest& request,
                         v1::SendReturnResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  if (auto fine = check_id(request.return_id(), "returnId"); !fine.ok()) return fine;
  auto sent =
      (*room)->returns().send(call.org(), request.return_id(), request.incomplete(), call.act);
  if (!sent.ok()) return sent.error();
  *response.mutable_list_return() = std::move(*sent);
  return {};
}

Result<void> confirm_return(UseCases& rooms, const Call& call,
                            const v1::ConfirmReturnRequest& request,
                            v1::ConfirmReturnResponse& response) {
  auto room = room_of(rooms);
  if (!room.ok()) return room.error();
  if (auto fine = check_id(request.return_id(), "returnId"); !fine.ok()) return fine;
  if (request.outcome() == v1::RETURN_OUTCOME_UNSPECIFIED ||
      !v1::ReturnOutcome_IsValid(request.outcome()))
    return invalid("outcome",
                   "What became of the list is not known. Send RETURN_OUTCOME_ARRIVED or "
                   "RETURN_OUTCOME_NEVER_WENT.");
  auto day = day_of(request.has_arrived_on(), request.arrived_on(), "arrivedOn");
  if (!day.ok()) return day.error();
  auto confirmed = (*room)->returns().confirm(call.org(), request.return_id(), request.outcome(),
                                              request.arrived_on(), call.act);
  if (!confirmed.ok()) return confirmed.error();
  *response.mutable_list_return() = std::move(*confirmed);
  return {};
}

}  // namespace semafoor::rpc
