// SPDX-License-Identifier: Apache-2.0
//
// What differs between operating systems: posix/platform.cc, windows/platform.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace semafoor::loader {

enum class LibraryFormat { elf, pe };

// The kind of library this process can load.
struct Platform {
  // As manifests write it.
  const char* architecture;
  // e_machine of the ELF header (source: System V ABI, processor supplements), or Machine of the PE
  // header.
  uint16_t machine;
  // 1: 32-bit, 2: 64-bit (EI_CLASS); a PE file's machine tells it alone.
  uint8_t elf_class;
  LibraryFormat format = LibraryFormat::elf;
};
const Platform& this_platform();

// H-1: everything resolved now, nothing visible to others, never deep binding; on Windows no search
// outside the library's own folder and the system's. A value of boost::dll::load_mode.
int load_flags();

// The system loads no library whose path is longer, in characters of the system; 0: no such limit.
std::size_t longest_library_path();

// The process that runs now; a child made by fork has another one.
uint64_t process_id();

}  // namespace semafoor::loader
