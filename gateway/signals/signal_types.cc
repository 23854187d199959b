// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signal_types.h"

#include <set>
#include <utility>

#include "gateway/data/data_file.h"

namespace semafoor::signals {

Result<SignalTypes> SignalTypes::load(const std::filesystem::path& file) {
  auto text = data::text_of(file, data::builtin_signal_types());
  if (!text) return text.error();
  return parse(*text, file.empty() ? "the built-in signal types" : file.string());
}

Result<SignalTypes> SignalTypes::parse(std::string_view json, const std::string& name) {
  SignalTypes list;
  const auto read = data::read(json, name, "semafoor.signal-types/1", [&](const data::Node& root) {
    root.only({"schema", "version", "origin", "types"});
    root.at("version").text();
    const auto origin = root.at("origin").origin();
    std::set<std::string> seen;
    for (const auto& node : root.at("types").items()) {
      node.only({"code", "text", "sourceFlow", "validFrom", "validTo"});
      v1::SignalType type;
      type.set_code(node.at("code").text());
      if (!seen.insert(type.code()).second) node.at("code").fail("stands twice on the list");
      if (origin == v1::ORIGIN_PROJECT && !type.code().starts_with("X-")) {
        node.at("code").fail("a code of the project starts with \"X-\"");
      }
      *type.mutable_text() = node.at("text").localized();
      type.set_source_flow(node.at("sourceFlow").text());
      *type.mutable_valid_from() = node.at("validFrom").date();
      if (const auto to = node.find("validTo")) *type.mutable_valid_to() = to->date();
      type.set_origin(origin);
      list.types_.push_back(std::move(type));
    }
  });
  if (!read) return read.error();
  return list;
}

}  // namespace semafoor::signals
