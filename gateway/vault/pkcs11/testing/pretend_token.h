// SPDX-License-Identifier: Apache-2.0
//
// For tests: what the pretended PKCS#11 library (pretend_module.cc) lets a test do to its tokens.
// It has two, "slow" and "steady", with PIN "1234" and one EC key each, label "key".
#pragma once

namespace semafoor::vault::pkcs11::testing {

extern "C" {
// Each C_Sign of "slow" waits until it is let go.
using PretendHold = void (*)(bool held);
// Blocks until somebody waits so.
using PretendAwaitHeld = void (*)();
// Sessions of both tokens are gone, and the tokens too while `gone`.
using PretendUnplug = void (*)(bool gone);
// Logins that were tried.
using PretendLogins = int (*)();
}

}  // namespace semafoor::vault::pkcs11::testing
