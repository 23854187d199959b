// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/process.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <bcrypt.h>

#include <limits>
#include <random>

#include "plugins/kit/windows/wide.h"

namespace semafoor::kit {

// There is no fork. What is remembered is the plugin's own file: code that has run stays mapped,
// whatever the host does with its handle (plugin-api/ABI.md says what happened when it did not).
void remember_process() {
  HMODULE self = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                     reinterpret_cast<LPCWSTR>(&remember_process), &self);
}

bool in_forked_child() {
  return false;
}

std::string program_name() {
  std::string name = utf8_of(file_of_module(nullptr));
  name.erase(0, name.find_last_of("\\/") + 1);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string::npos && dot > 0) name.resize(dot);
  return name.empty() ? "host" : name;
}

void fill_random(std::span<std::uint8_t> bytes) {
  if (BCryptGenRandom(nullptr, bytes.data(), static_cast<ULONG>(bytes.size()),
                      BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0)
    return;
  std::random_device device;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(device());
}

const AttestationPlace& attestation_place() {
  // Source of the 256: CreateNamedPipe's limit for the whole name.
  static constexpr AttestationPlace kPlace{.description = "Name of the gateway's attestation pipe.",
                                           .pattern = R"(^\\\\[.]\\pipe\\[^\\]+$)",
                                           .expected = R"(the name of a local pipe, \\.\pipe\NAME)",
                                           .standard = R"(\\.\pipe\semafoor-attest)",
                                           .longest = 256};
  return kPlace;
}

// A name with another server in it would send the exchange to another machine.
bool names_attestation_place(std::string_view text) {
  constexpr std::string_view kLocal = R"(\\.\pipe\)";
  return text.size() > kLocal.size() && text.substr(0, kLocal.size()) == kLocal &&
         text.find('\\', kLocal.size()) == std::string_view::npos;
}

}  // namespace semafoor::kit
