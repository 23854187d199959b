// SPDX-License-Identifier: Apache-2.0
#include "tests/abi/foreign_library.h"

namespace semafoor::testing {

// Behind the last section stands a table of symbols that no header counts.
const bool kLastByteCounts = false;
// The system names neither the library nor the function.
const char* const kUnresolved = "cannot be loaded";

std::string for_another_processor(std::string library) {
  // The header's place is in the four bytes at 60; the machine follows its signature.
  const std::size_t header =
      static_cast<unsigned char>(library[60]) + 256U * static_cast<unsigned char>(library[61]);
  library[header + 4] = 0x64;  // IMAGE_FILE_MACHINE_ARM64
  library[header + 5] = static_cast<char>(0xaa);
  return library;
}

std::pair<std::string, std::string> for_another_system() {
  std::string stub(64, '\0');
  stub.replace(0, 4, "\x7f\x45\x4c\x46");
  stub[4] = 2;    // 64 bits
  stub[5] = 1;    // little end first
  stub[16] = 3;   // a shared object
  stub[18] = 62;  // EM_X86_64
  return {stub, "Linux"};
}

}  // namespace semafoor::testing
