// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace semafoor::upstream::probe {

// What a server's certificate says of itself. A stranger's words: shortened and masked.
struct Certificate {
  // Common name, or the first name that it is for.
  std::string subject;
  // Common name and organisation of who signed it.
  std::string issuer;
  // Seconds since 1970 UTC.
  std::int64_t not_before_s = 0;
  std::int64_t not_after_s = 0;
};

// nullopt for what is no certificate in PEM.
std::optional<Certificate> read_certificate(std::string_view pem);

}  // namespace semafoor::upstream::probe
