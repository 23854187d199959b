// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "host-shim/host/format.h"

namespace semafoor::reference_host {

// The stand-in for a vendor's database: which dossiers belong to a person. A JSON document such as
// dossiers.example.json. Unchanged once read; safe for any thread.
class DossierFile {
 public:
  // Throws WrongUse when the file cannot be read; the text names no national number.
  explicit DossierFile(const std::string& path);

  // semafoor.dossiers/1: ResolvePersonsRequest in, ResolvePersonsResponse out, both as JSON.
  std::string resolve(std::string_view request) const;

 private:
  // Dossiers by national number, digits only.
  std::map<std::string, Json> dossiers_;
};

}  // namespace semafoor::reference_host
