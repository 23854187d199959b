// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::sandbox::ksz {

// libxml2 and xmlsec keep a state of the process, which is made ready once; it stays. False when
// xmlsec cannot be used here.
bool xmlsec_ready();

}  // namespace semafoor::sandbox::ksz
