// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/listing.h"

#include <charconv>

namespace semafoor::store::sql {

void bind_all(Query& query, const std::vector<Value>& values) {
  for (const Value& value : values) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      query.number(*number);
    } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
      query.blob(bytes->value);
    } else {
      query.text(std::get<std::string>(value));
    }
  }
}

Error unknown_position() {
  return {.kind = ErrorKind::invalid_argument,
          .code = "list.page_token",
          .message =
              "Listed with a page token that is none of ours, or belongs to another listing. Begin "
              "again without it.",
          .field = "pageToken"};
}

Listing::Listing(std::string table, std::string time_column, std::string id_column,
                 bool newest_first, const Org& org)
    : table_(std::move(table)),
      time_(std::move(time_column)),
      id_(std::move(id_column)),
      newest_first_(newest_first),
      conditions_("t.org = ?") {
  values_.emplace_back(org);
}

void Listing::where(const std::string& condition, std::vector<Value> values) {
  conditions_ += " AND " + condition;
  for (auto& value : values) values_.push_back(std::move(value));
}

std::optional<Listing::Position> Listing::parse(const std::string& text, bool by_change) {
  if (text.size() < 2 || text[0] != (by_change ? 'c' : 't')) return std::nullopt;
  Position position;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data() + 1, end, position.number);
  if (problem != std::errc()) return std::nullopt;
  if (by_change) return rest == end ? std::optional(position) : std::nullopt;
  if (rest == end || *rest != ':') return std::nullopt;
  position.id.assign(rest + 1, end);
  return position;
}

}  // namespace semafoor::store::sql
