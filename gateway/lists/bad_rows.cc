// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/bad_rows.h"

#include <utility>

#include "gateway/lists/entries.h"

namespace semafoor::lists {
namespace {

// Never half a character.
std::string beginning_of(const std::string& text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) == 0x80) continue;
    if (characters == kBadRowText) return text.substr(0, i);
    ++characters;
  }
  return text;
}

}  // namespace

BadRows::BadRows(store::Transaction& tx, store::Org org, std::string reading_id)
    : tx_(tx), org_(std::move(org)), reading_id_(std::move(reading_id)) {}

Result<void> BadRows::add(const std::string& part, const documents::BadRow& row) {
  ++count_;
  if (count_ > kBadRowsKept) return {};
  v1::BadListRow kept;
  kept.set_line(row.line);
  kept.set_part(part);
  kept.set_text(beginning_of(row.text));
  for (const documents::Problem& problem : row.problems) {
    auto& one = *kept.add_problems();
    one.set_code(problem.code);
    one.set_message(problem.message);
    one.set_field(problem.field);
  }
  return tx_.put_entry(org_, {.kind = kBadRowEntry,
                              .id = row_id(reading_id_, count_),
                              .sort = count_,
                              .person = {},
                              .subject = reading_id_,
                              .body = kept.SerializeAsString()});
}

}  // namespace semafoor::lists
