// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/code_lists.h"

#include <array>
#include <utility>

#include "gateway/data/data_file.h"

namespace semafoor::documents {
namespace {

struct Kind {
  std::string_view name;
  std::string_view schema;
  std::string_view items;
  std::string_view code;
  std::string_view (*builtin)();
};

constexpr std::array kKinds{
    Kind{"signal-types", "semafoor.signal-types/1", "types", "code", &data::builtin_signal_types},
    Kind{"feedback-codes", "semafoor.feedback-codes/1", "codes", "code",
         &data::builtin_feedback_codes},
    Kind{"budget-articles", "semafoor.budget-articles/1", "articles", "article",
         &data::builtin_budget_articles},
};

const Kind* kind_of(std::string_view list) {
  for (const Kind& kind : kKinds)
    if (kind.name == list) return &kind;
  return nullptr;
}

}  // namespace

CodeLists CodeLists::builtin() {
  CodeLists lists;
  for (const Kind& kind : kKinds) {
    const std::string name(kind.name);
    // What is compiled in is read by a test.
    (void)lists.replace(name, kind.builtin(), name);
  }
  return lists;
}

Result<void> CodeLists::replace(const std::string& list, std::string_view json,
                                const std::string& name) {
  const Kind* const kind = kind_of(list);
  if (kind == nullptr)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "data.invalid",
                 .message = "Reading " + name + ": there is no code list \"" + list + "\"."};
  std::set<std::string> codes;
  auto read = data::read(json, name, kind->schema, [&](const data::Node& root) {
    for (const auto& item : root.at(kind->items).items()) codes.insert(item.at(kind->code).text());
  });
  if (read) lists_[list] = std::move(codes);
  return read;
}

Result<std::string> CodeLists::replace(std::string_view json, const std::string& name) {
  for (const Kind& kind : kKinds) {
    if (json.find(kind.schema) == std::string_view::npos) continue;
    auto replaced = replace(std::string(kind.name), json, name);
    if (!replaced) return replaced.error();
    return std::string(kind.name);
  }
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "data.invalid",
               .message = "Reading " + name +
                          ": it is no list of signal types, feedback codes or budget articles. "
                          "Correct its \"schema\"."};
}

bool CodeLists::is_name(std::string_view list) {
  return kind_of(list) != nullptr;
}

bool CodeLists::has(const std::string& list, const std::string& code) const {
  const auto found = lists_.find(list);
  return found != lists_.end() && found->second.contains(code);
}

}  // namespace semafoor::documents
