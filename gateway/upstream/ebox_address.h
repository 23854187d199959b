// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::upstream {

enum class Dialect {
  // Contract 2.1; providers of 1.x speak an older part of it.
  v21,
  // Provisional: its contract is not public (see ebox3/).
  v3,
};

// Where one provider of the e-Box is, and how it is spoken to.
struct EboxAddress {
  // Goes into message identity.
  std::string provider_id;
  // Ends before "/ebox". From the settings or from the registry: a token goes nowhere else.
  std::string base_url;
  Dialect dialect = Dialect::v21;

  bool operator==(const EboxAddress&) const = default;
};

}  // namespace semafoor::upstream
