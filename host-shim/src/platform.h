// SPDX-License-Identifier: Apache-2.0
//
// What differs between operating systems. posix/platform.cc is the only implementation so far.
#pragma once

#include <cstdint>
#include <filesystem>

namespace semafoor::loader {

// The kind of library this process can load.
struct Platform {
  // As manifests write it.
  const char* architecture;
  // e_machine of the ELF header (source: System V ABI, processor supplements).
  uint16_t elf_machine;
  // 1: 32-bit, 2: 64-bit (EI_CLASS).
  uint8_t elf_class;
};
const Platform& this_platform();

// H-1: everything resolved now, nothing visible to others, never deep binding. A value of
// boost::dll::load_mode.
int load_flags();

// The process that runs now; a child made by fork has another one.
uint64_t process_id();

}  // namespace semafoor::loader
