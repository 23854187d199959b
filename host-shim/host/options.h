// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "host-shim/host/console.h"

namespace semafoor::reference_host {

// What holds for every command.
struct Options {
  std::vector<std::string> plugin_folders = {standard_plugin_folder()};
  // A JSON document for `create`; the options below go over it.
  std::string config_file;
  std::string organisation;
  // A socket or pipe of this machine; with an identity folder, host and port of another's.
  std::string gateway;
  std::string identity_folder;
  std::string pairing_code;
  std::string authority_fingerprint;
  std::string consumer;
  std::string language;
  std::string encoding;
  std::string dossier_file;
  // Who asks, for the audit. In a real product: the user who is logged in.
  std::string actor;
  std::string actor_name;
  std::string purpose;
  std::string legal_context;
  uint32_t deadline_ms = 0;
  bool json = false;
  bool show_numbers = false;
  bool verbose = false;
};

// The user gave something this program cannot work with.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace semafoor::reference_host
