// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/code_list.h"

#include <utility>

#include "gateway/codes/tables.h"
#include "gateway/data/data_file.h"
#include "gateway/feedback/digests.h"

namespace semafoor::feedback {

Result<CodeList> CodeList::load(const std::filesystem::path& file) {
  auto text = data::text_of(file, data::builtin_feedback_codes());
  if (!text) return text.error();
  return parse(*text, file.empty() ? "the built-in feedback codes" : file.string());
}

Result<CodeList> CodeList::parse(std::string_view json, const std::string& name) {
  auto table = codes::read_feedback_codes(json, name);
  if (!table) return table.error();
  CodeList list;
  list.codes_ = std::move(table->codes);
  list.version_ = table->version + "-" + sha256_hex(json).substr(0, 12);
  return list;
}

std::vector<v1::FeedbackCode> CodeList::valid_on(int day) const {
  std::vector<v1::FeedbackCode> valid;
  for (const auto& code : codes_)
    if (codes::valid_on(code, day)) valid.push_back(code);
  return valid;
}

const v1::FeedbackCode* CodeList::find(std::string_view code, int day) const {
  const v1::FeedbackCode* found = nullptr;
  for (const auto& known : codes_) {
    if (known.code() != code) continue;
    if (codes::valid_on(known, day)) return &known;
    found = &known;
  }
  return found;
}

}  // namespace semafoor::feedback
