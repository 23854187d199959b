// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::reference_host {

// What the program tells its caller; described in README.md and `semafoor-host --help`.
enum ExitCode : int {
  kDone = 0,
  // It failed; the error says why.
  kFailed = 1,
  // Wrong use: an unknown option, a missing argument, a file that cannot be read.
  kWrongUse = 2,
  // Part of it was done: an answer was refused, an attachment could not be saved.
  kPartly = 3,
  // The gateway is away; the same command may succeed later.
  kTryLater = 4,
};

}  // namespace semafoor::reference_host
