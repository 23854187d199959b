// SPDX-License-Identifier: Apache-2.0
#include "tests/abi/foreign_library.h"

namespace semafoor::testing {

const bool kLastByteCounts = true;
const char* const kUnresolved = "semafoor_function_that_no_library_has";

std::string for_another_processor(std::string library) {
  library[18] = static_cast<char>(183);  // EM_AARCH64
  return library;
}

std::pair<std::string, std::string> for_another_system() {
  std::string stub(512, '\0');
  stub.replace(0, 2, "MZ");
  stub[60] = 64;
  stub.replace(64, 4, std::string("PE\0\0", 4));
  stub[68] = 0x64;
  stub[69] = static_cast<char>(0x86);
  return {stub, "Windows"};
}

}  // namespace semafoor::testing
