// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/host.h"

#include <nlohmann/json.hpp>
#include <string>

#include "plugins/kit/guard.h"
#include "plugins/kit/spans.h"
#include "plugins/kit/text.h"

namespace semafoor::kit {

Result<Host> Host::from(const semafoor_host& table) {
  if (!has(table, &semafoor_host::context)) return size_failure("semafoor_host", table.struct_size);
  Host host;
  host.table_.struct_size = sizeof host.table_;
  host.table_.context = table.context;
  host.table_.get_extension =
      member_or(table, &semafoor_host::get_extension, decltype(table.get_extension){nullptr});
  host.table_.wake = member_or(table, &semafoor_host::wake, decltype(table.wake){nullptr});
  host.table_.log = member_or(table, &semafoor_host::log, decltype(table.log){nullptr});
  return host;
}

void Host::wake(semafoor_instance* instance) const {
  if (table_.wake != nullptr) table_.wake(table_.context, instance);
}

void Host::log(std::int32_t severity, std::string_view plugin, std::string_view text) const {
  if (table_.log == nullptr) return;
  const nlohmann::ordered_json line = {
      {"source", "semafoor"}, {"plugin", plugin}, {"text", without_numbers(text)}};
  const std::string written =
      line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  const semafoor_span span = span_of(written);
  table_.log(table_.context, severity, &span);
}

void Host::misbehaving(std::string_view plugin, std::string_view text) const {
  log(SEMAFOOR_LOG_HOST_MISBEHAVING, plugin, text);
}

const void* Host::extension(std::string_view id) const {
  if (table_.get_extension == nullptr) return nullptr;
  const semafoor_span span = span_of(id);
  return table_.get_extension(table_.context, &span);
}

}  // namespace semafoor::kit
