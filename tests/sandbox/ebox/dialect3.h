// SPDX-License-Identifier: Apache-2.0
//
// A provider that speaks 3, PROVISIONAL: its contract is not public. Only what documentation tells
// of it (names of booleans, sender, addressee, root of the reference data); every other name and
// path is that of 2.1, which is a guess. Operations of which nothing is known are not served.
#pragma once

#include "tests/sandbox/ebox/api.h"

namespace semafoor::sandbox::ebox {

// A message of 2.1 as 3 writes it.
http::Json as_dialect3(http::Json message);

// Serves a call to a provider that speaks 3 out of one that speaks 2.1 at the same path.
// [any-thread]
http::Reply serve_dialect3(Api& api, const std::string& path, const http::Call& call);

}  // namespace semafoor::sandbox::ebox
