// SPDX-License-Identifier: Apache-2.0
//
// Code tables as files: read, and checked row by row.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/codes.pb.h"
#include "semafoor/v1/feedback.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::codes {

// What is wrong with a row.
struct RowProblem {
  // From 1; 0: the table as a whole.
  int row = 0;
  // Empty when that is what is wrong.
  std::string code;
  // Names the place: "codes[3].validFrom: expected a date yyyy-mm-dd".
  std::string what;
};

struct FeedbackTable {
  std::vector<v1::FeedbackCode> codes;
  // As the file says.
  std::string version;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
};

struct TypeTable {
  std::vector<v1::SignalType> types;
  std::string version;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
};

// Both: with `problems`, every wrong row is listed there and left out; without, the first one is
// the error. "data.invalid" names the place. A code may stand several times, with days that do not
// overlap.
Result<FeedbackTable> read_feedback_codes(std::string_view json, const std::string& name,
                                          std::vector<RowProblem>* problems = nullptr);
Result<TypeTable> read_signal_types(std::string_view json, const std::string& name,
                                    std::vector<RowProblem>* problems = nullptr);

// A table of either kind, checked.
struct Checked {
  // Without id, receipt and reason.
  v1::CodeTable table;
  std::vector<v1::FeedbackCode> codes;
  std::vector<v1::SignalType> types;
  std::vector<RowProblem> problems;
};

// The signal types that feedback codes may name; nullopt: that is not looked at.
using KnownTypes = std::optional<std::set<std::string>>;
KnownTypes known_types(const std::vector<v1::SignalType>& types);

// Stricter than reading: only the project's codes begin with "X-", and a feedback code names signal
// types that there are. An error is of the whole: no JSON, or no table of a kind that there is.
Result<Checked> check(std::string_view json, const std::string& name, const KnownTypes& types);

// "feedback-codes", "signal-types".
std::string_view name_of(v1::CodeTableKind kind);
v1::CodeTableKind kind_of(std::string_view name);

// Between both, which belong to it; yyyymmdd.
template <typename Code>
bool valid_on(const Code& code, int day);
extern template bool valid_on(const v1::FeedbackCode&, int);
extern template bool valid_on(const v1::SignalType&, int);

}  // namespace semafoor::codes
