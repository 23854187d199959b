// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/dossier_number.h"

namespace semafoor::domain {

std::string normalised_dossier(std::string_view number) {
  std::string kept;
  for (const char c : number) {
    if (c == '0' && kept.empty()) continue;
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) kept += c;
    if (c >= 'a' && c <= 'z') kept += static_cast<char>(c - 'a' + 'A');
  }
  return kept;
}

}  // namespace semafoor::domain
