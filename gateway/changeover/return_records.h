// SPDX-License-Identifier: Apache-2.0
//
// A return and its rows in the store, and the answers that travel with it. Inside the caller's
// transaction throughout.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/changeover/return_states.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

// Kinds of the store's entries. Of a return the subject is its list; of a row, its return.
inline constexpr char kReturnEntry[] = "list.return";
inline constexpr char kReturnRowEntry[] = "list.return.row";

// Of what is stored.
Result<v1::ListReturn> read_return(const store::Entry& entry);
Result<v1::ReturnRow> read_return_row(const store::Entry& entry);

// "channels.return_unknown".
Result<v1::ListReturn> load_return(store::Reader& reader, const store::Org& org,
                                   const std::string& return_id);
// Of this list; there is at most one.
Result<std::optional<v1::ListReturn>> return_of_list(store::Reader& reader, const store::Org& org,
                                                     const std::string& list_id);
// Stores it with the next version; no event.
Result<void> keep_return(store::Transaction& tx, const store::Org& org, v1::ListReturn& its);
// Moves it and stores it. Event "list.returned"; what the gateway or the e-Box made of it is
// recorded. "channels.return_state".
Result<void> move_return(store::Transaction& tx, const store::Org& org, v1::ListReturn& its,
                         ReturnStep step, const domain::Act& act);

using ReturnRowVisitor = std::function<Result<void>(const v1::ReturnRow&)>;
// In the order of the list.
Result<void> visit_return_rows(store::Reader& reader, const store::Org& org,
                               const std::string& return_id, const ReturnRowVisitor& visit);
// All of them. They have some hundreds.
Result<std::vector<v1::ReturnRow>> return_rows(store::Reader& reader, const store::Org& org,
                                               const std::string& return_id);
// `place` from 1.
Result<void> put_return_row(store::Transaction& tx, const store::Org& org, std::int64_t place,
                            const v1::ReturnRow& row);
Result<void> drop_return_rows(store::Transaction& tx, const store::Org& org,
                              const std::string& return_id);

// Marks the answers of a return as gone with it, with a step in the history of each signal.
// "channels.return_changed" when one of them no longer waits for a list, or is another by now:
// nothing may leave then.
Result<void> take_along(store::Transaction& tx, const store::Org& org, const v1::ListReturn& its,
                        const domain::Act& act, std::int64_t now_ms);
// The answers of a return that never went, or of its rows for which `again` says so, wait as the
// organisation's channel wants it: for a list, or for the feedback flow.
Result<void> take_back(store::Transaction& tx, const store::Org& org, const v1::ListReturn& its,
                       const std::function<bool(const v1::ReturnRow&)>& again);

// The answer waits for the feedback flow, instead of a list.
Result<void> queue_for_wire(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item);

}  // namespace semafoor::changeover
