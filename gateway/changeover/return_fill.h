// SPDX-License-Identifier: Apache-2.0
//
// Fills a half-yearly list from the answers given, and says of every row without a code why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/channels.pb.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::changeover {

// Whether this code was valid on the day of this moment, for answers to this signal.
using CodeCheck = std::function<Result<bool>(store::Reader& reader, const std::string& code,
                                             std::int64_t given_ms, const v1::Signal& signal)>;

struct Filled {
  std::vector<v1::ReturnRow> rows;
  std::int64_t with_code = 0;
  // In the order in which they first occur.
  std::vector<v1::UnfilledCount> unfilled;
};

// The column that bears the code: the list's own by its layout, or, where it has none,
// "X-FEEDBACK" behind its last.
std::string code_column(const v1::SignalList& list);

// The record that stands for the signal of this id: itself, or the one that took its place when a
// number of the person was replaced. Nothing when it is gone.
Result<std::optional<v1::Signal>> standing_signal(store::Reader& reader, const store::Org& org,
                                                  const std::string& signal_id);

// An answer is filled in once, in the first row that names its signal. Changes nothing.
Result<Filled> fill_list(store::Reader& reader, const store::Org& org, const v1::SignalList& list,
                         const std::string& return_id, const CodeCheck& valid);

}  // namespace semafoor::changeover
