// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::domain {

// As POD MI compares them: letters and digits count, other characters and leading zeros are
// ignored, case does not matter. Source: POD MI, law of 2 April 1965, form A.
std::string normalised_dossier(std::string_view number);

}  // namespace semafoor::domain
