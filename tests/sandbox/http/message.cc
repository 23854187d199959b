// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::http {

const std::string* Call::parameter(const std::string& name) const {
  auto found = query.find(name);
  return found == query.end() ? nullptr : &found->second;
}

std::string Call::header(const std::string& lower_case_name) const {
  auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string() : found->second;
}

std::optional<std::vector<std::string>> Call::below(std::string_view prefix) const {
  if (!path.starts_with(prefix)) return std::nullopt;
  auto rest = std::string_view(path).substr(prefix.size());
  if (!rest.empty() && rest[0] != '/') return std::nullopt;
  return split_path(rest);
}

Reply json_reply(int status, const Json& body) {
  Reply reply;
  reply.status = status;
  reply.body = body.dump();
  return reply;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    auto slash = path.find('/');
    auto part = path.substr(0, slash);
    if (!part.empty()) parts.emplace_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

}  // namespace semafoor::sandbox::http
