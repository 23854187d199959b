// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/exit_codes.h"

#include <array>
#include <string_view>
#include <utility>

namespace semafoor::app {

int exit_code_of(const Error& error) {
  // The first that fits.
  constexpr std::array<std::pair<std::string_view, int>, 12> kByCode{
      {{"data.in_use", kInUse},
       {"data.folder", kCannotMake},
       {"data.open_folder", kCannotMake},
       // A list of codes, types or families.
       {"data.", kMisconfigured},
       {"config.", kMisconfigured},
       {"log.", kCannotMake},
       {"store.", kStoreClosed},
       {"vault.", kLocked},
       {"metrics.", kAddressTaken},
       {"socket.", kAddressTaken},
       {"pipe.", kAddressTaken},
       {"tls.listen", kAddressTaken}}};
  for (const auto& [code, exit_code] : kByCode)
    if (error.code.starts_with(code)) return exit_code;
  return kFailed;
}

const char* advice_for(int exit_code) {
  switch (exit_code) {
    case kAddressTaken:
      return "An address, socket or pipe of the gateway is taken: stop who has it, or choose "
             "another in the settings.";
    case kCannotMake:
      return "The data folder or the log file cannot be used: check that it is there, that its "
             "disk is not full, that the gateway's account may write to it, and that nobody else "
             "can open it.";
    case kStoreClosed:
      return "The store does not open: check its disk, or its server. When it is damaged, restore "
             "a backup (semafoor-gateway restore --help).";
    case kInUse:
      return "Another gateway uses the same data folder: stop that one, or give this one a "
             "data_dir of its own.";
    case kLocked:
      return "The sealing key cannot be had, and what is stored is locked, not lost; or others can "
             "open the vault. The log says what is missing or to be done; then start the gateway "
             "again.";
    case kMisconfigured:
      return "The settings are wrong: run semafoor-gateway check, correct what it names, and start "
             "the gateway again.";
    case kFailed:
      return "The gateway's log says why.";
    default:
      return "";
  }
}

}  // namespace semafoor::app
