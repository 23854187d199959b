// SPDX-License-Identifier: Apache-2.0
#include "gateway/codes/comparison.h"

#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace semafoor::codes {
namespace {

using google::protobuf::util::MessageDifferencer;
constexpr int kPage = 500;

// Not judged, and not put aside.
const std::vector<v1::FeedbackState>& waiting_states() {
  static const std::vector<v1::FeedbackState> states{
      v1::FEEDBACK_STATE_QUEUED,      v1::FEEDBACK_STATE_SENDING,
      v1::FEEDBACK_STATE_SENT,        v1::FEEDBACK_STATE_OUTCOME_UNKNOWN,
      v1::FEEDBACK_STATE_DEAD_LETTER, v1::FEEDBACK_STATE_UNJUDGED,
      v1::FEEDBACK_STATE_FOR_LIST,    v1::FEEDBACK_STATE_RETURNED};
  return states;
}

template <typename Code>
std::map<std::string, Code> by_code(const std::vector<Code>& codes, int day) {
  std::map<std::string, Code> found;
  for (const Code& code : codes)
    if (valid_on(code, day)) found.emplace(code.code(), code);
  return found;
}

// JSON names of the fields that differ.
template <typename Code>
std::vector<std::string> changed_fields(const Code& before, const Code& after) {
  std::vector<std::string> changed;
  const auto& about = *Code::descriptor();
  for (int i = 0; i < about.field_count(); ++i) {
    MessageDifferencer one;
    const auto* const field = about.field(i);
    if (field->name() == "code") continue;
    if (!one.CompareWithFields(before, after, {field}, {field}))
      changed.push_back(field->json_name());
  }
  return changed;
}

void add(v1::CompareCodesResponse& response, const std::string& code, v1::CodeChange change,
         const std::vector<std::string>& fields = {}) {
  auto& difference = *response.add_differences();
  difference.set_code(code);
  difference.set_change(change);
  for (const auto& field : fields) difference.add_fields(field);
}

// Of both what is valid on `day`: a row of `current` that has ended by then is no news.
template <typename Code>
void compare_rows(const std::vector<Code>& current, const std::vector<Code>& next, int day,
                  v1::CompareCodesResponse& response) {
  const auto before = by_code(current, day);
  const auto after = by_code(next, day);
  for (const auto& [code, row] : before) {
    const auto found = after.find(code);
    if (found == after.end()) {
      add(response, code, v1::CODE_CHANGE_GONE);
    } else if (const auto fields = changed_fields(row, found->second); !fields.empty()) {
      add(response, code, v1::CODE_CHANGE_CHANGED, fields);
    }
  }
  for (const auto& [code, row] : after)
    if (!before.contains(code)) add(response, code, v1::CODE_CHANGE_NEW);
}

Result<void> count_answers(store::Reader& reader, const store::Org& org,
                           const std::map<std::string, v1::FeedbackCode>& valid,
                           v1::CompareCodesResponse& response) {
  std::map<std::pair<std::string, v1::FeedbackState>, std::int64_t> counts;
  store::FeedbackQuery query{.limit = kPage, .states = waiting_states()};
  do {
    auto page = reader.feedback_items(org, query);
    if (!page) return page.error();
    for (const auto& item : page->items)
      if (!valid.contains(item.code())) ++counts[{item.code(), item.state()}];
    query.position = page->position;
  } while (!query.position.empty());
  for (const auto& [key, count] : counts) {
    auto& affected = *response.add_answers();
    affected.mutable_organisation()->set_value(org);
    affected.set_code(key.first);
    affected.set_state(key.second);
    affected.set_count(count);
  }
  return {};
}

Result<void> count_signals(store::Reader& reader, const store::Org& org,
                           const std::set<std::string>& gone, v1::CompareCodesResponse& response) {
  for (const std::string& type : gone) {
    store::SignalQuery query{.limit = 1, .signal_types = {type}, .open_only = true};
    auto page = reader.signals(org, query);
    if (!page) return page.error();
    if (page->total == 0) continue;
    auto& affected = *response.add_signals();
    affected.mutable_organisation()->set_value(org);
    affected.set_signal_type(type);
    affected.set_count(page->total);
  }
  return {};
}

}  // namespace

void compare_tables(const Checked& current, const Checked& next, int day,
                    v1::CompareCodesResponse& response) {
  compare_rows(current.codes, next.codes, day, response);
  compare_rows(current.types, next.types, day, response);
}

Result<void> count_affected(store::Reader& reader, const Checked& current, const Checked& next,
                            int day, v1::CompareCodesResponse& response) {
  const bool of_codes = next.table.kind() == v1::CODE_TABLE_KIND_FEEDBACK_CODES;
  const auto valid = by_code(next.codes, day);
  std::set<std::string> gone;
  const auto types = by_code(next.types, day);
  for (const auto& [code, type] : by_code(current.types, day))
    if (!types.contains(code)) gone.insert(code);
  auto all = reader.organisations();
  if (!all) return all.error();
  for (const auto& one : *all) {
    const store::Org& org = one.organisation().value();
    auto counted = of_codes ? count_answers(reader, org, valid, response)
                            : count_signals(reader, org, gone, response);
    if (!counted) return counted;
  }
  return {};
}

}  // namespace semafoor::codes
