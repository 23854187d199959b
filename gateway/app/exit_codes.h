// SPDX-License-Identifier: Apache-2.0
//
// What the gateway's process ends with, on every system; the numbers are those of sysexits.h. As a
// Windows service they are the service-specific exit code.
#pragma once

#include "gateway/domain/result.h"

namespace semafoor::app {

// Told to stop, and did.
constexpr int kDone = 0;
// Anything that is none of the below.
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
// An address or pipe to serve at is taken.
constexpr int kAddressTaken = 69;
// A folder or log file cannot be made, or used.
constexpr int kCannotMake = 73;
// The store does not open: damaged, newer than this program, its disk or server does not answer.
constexpr int kStoreClosed = 74;
// Another gateway uses the data folder.
constexpr int kInUse = 75;
// The sealing key cannot be had: what is stored is locked.
constexpr int kLocked = 77;
// The settings, or a list they name, are wrong: to start again would change nothing.
constexpr int kMisconfigured = 78;

// Of what a start failed with.
int exit_code_of(const Error& error);

// What an administrator does about it: a sentence. Empty for a code that says nothing by itself.
const char* advice_for(int exit_code);

}  // namespace semafoor::app
