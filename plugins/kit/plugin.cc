// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/plugin.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <stdexcept>

namespace semafoor::kit {

std::vector<Method> methods_of(const google::protobuf::Descriptor* any_message,
                               const std::string& service) {
  const auto* found = any_message->file()->FindServiceByName(service);
  if (found == nullptr) throw std::logic_error("no service " + service);
  std::vector<Method> methods;
  for (int i = 0; i < found->method_count(); ++i) {
    const auto* one = found->method(i);
    methods.push_back({.name = service + "/" + one->name(),
                       .path = "/" + found->full_name() + "/" + one->name(),
                       .request = one->input_type(),
                       .response = one->output_type(),
                       .streaming = one->server_streaming()});
  }
  return methods;
}

Method& method_named(std::vector<Method>& methods, std::string_view name) {
  const auto found = std::find_if(methods.begin(), methods.end(),
                                  [&](const Method& method) { return method.name == name; });
  if (found == methods.end()) throw std::logic_error("no method " + std::string(name));
  return *found;
}

}  // namespace semafoor::kit
