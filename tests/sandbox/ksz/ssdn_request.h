// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/ksz/document.h"

namespace semafoor::sandbox::ksz {

// SSDNRequest.xsd, as far as it is looked at.
struct SsdnRequest {
  // The inner document.
  std::optional<Document> document;
  std::optional<std::string> reference, time;
  std::string organisation, matrix_id, matrix_sub_id;
  struct Service {
    std::string id, version;
    Node content;
  };
  std::vector<Service> services;
  // Why it is no SSDNRequest; empty: it is one.
  std::string wrong;
};

// From the payload of the envelope, {connector}xmlString.
SsdnRequest read_ssdn_request(const Node& payload);

}  // namespace semafoor::sandbox::ksz
