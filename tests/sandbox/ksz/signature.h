// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "tests/sandbox/ksz/document.h"

namespace semafoor::sandbox::ksz {

// What is wrong with a ds:Signature that shall be over exactly these three elements (token first),
// each referred to by its wsu:Id, made by the key of this certificate (DER); nullopt: nothing.
// Their ids are the only ones that a reference can lead to.
std::optional<std::string> judge_signature(const Document& document, const Node& signature,
                                           const std::array<Node, 3>& parts,
                                           const std::string& certificate_der);

}  // namespace semafoor::sandbox::ksz
