// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/answers.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "gateway/ctl/render.h"

namespace semafoor::ctl {

int fail(const Common& common, const Failure& failure) {
  if (common.json) {
    const nlohmann::json document = {
        {"error", {{"code", failure.code}, {"message", failure.message}}}};
    std::cout << document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  } else {
    std::cerr << "semafoorctl: " << failure.message << "\n";
  }
  return failure.exit;
}

int done(const Common& common, const google::protobuf::Message& response, const std::string& text) {
  std::cout << (common.json ? to_json(response) + "\n" : text);
  return kDone;
}

}  // namespace semafoor::ctl
