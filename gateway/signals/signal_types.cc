// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signal_types.h"

#include <utility>

#include "gateway/codes/tables.h"
#include "gateway/data/data_file.h"

namespace semafoor::signals {

Result<SignalTypes> SignalTypes::load(const std::filesystem::path& file) {
  auto text = data::text_of(file, data::builtin_signal_types());
  if (!text) return text.error();
  return parse(*text, file.empty() ? "the built-in signal types" : file.string());
}

Result<SignalTypes> SignalTypes::parse(std::string_view json, const std::string& name) {
  auto table = codes::read_signal_types(json, name);
  if (!table) return table.error();
  SignalTypes list;
  list.types_ = std::move(table->types);
  return list;
}

}  // namespace semafoor::signals
