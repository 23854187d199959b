// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/library_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <vector>

#include "host-shim/src/sha256.h"

namespace semafoor::loader {
namespace {

using Bytes = std::vector<uint8_t>;

// Enough for the headers that are read here; a PE header lies within the first 4 KiB in practice.
constexpr size_t kHead = 4096;

uint64_t little_endian(const Bytes& bytes, size_t offset, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width && offset + i < bytes.size(); ++i)
    value |= uint64_t{bytes[offset + i]} << (8 * i);
  return value;
}

// Source: System V ABI, e_machine; Microsoft PE format, Machine types.
std::string elf_machine_name(uint64_t machine) {
  switch (machine) {
    case 3:
      return "x86 (32-bit)";
    case 40:
      return "arm (32-bit)";
    case 62:
      return "x86-64";
    case 183:
      return "arm64";
    case 243:
      return "riscv";
    default:
      return "processor number " + std::to_string(machine);
  }
}

std::string pe_machine_name(uint64_t machine) {
  switch (machine) {
    case 0x14c:
      return "x86 (32-bit)";
    case 0x8664:
      return "x86-64";
    case 0xaa64:
      return "arm64";
    default:
      return "processor number " + std::to_string(machine);
  }
}

Problem wrong_architecture(const std::string& path, const std::string& made_for,
                           const Platform& platform) {
  return {SEMAFOOR_E_ABI, "shim.wrong_architecture",
          path + " is made for " + made_for + ", but this process needs " + platform.architecture +
              ": install the package for this system"};
}

Problem truncated(const std::string& path, uint64_t have, uint64_t want) {
  return {SEMAFOOR_DATA_LOSS, "shim.library_truncated",
          path + " is cut short (" + std::to_string(have) + " bytes of at least " +
              std::to_string(want) + "): copy or install it again"};
}

Problem not_a_library(const std::string& path, const std::string& why) {
  return {SEMAFOOR_E_ABI, "shim.not_a_library",
          path + " is not a shared library (" + why + "): install the plugin again"};
}

// The size the file must at least have, from the section and program header tables; 0 when the
// header itself is cut short.
uint64_t elf_extent(const Bytes& head, bool wide, std::ifstream& file) {
  const size_t header = wide ? 64 : 52;
  if (head.size() < header) return 0;
  const uint64_t program_offset = little_endian(head, wide ? 32 : 28, wide ? 8 : 4);
  const uint64_t section_offset = little_endian(head, wide ? 40 : 32, wide ? 8 : 4);
  const uint64_t program_size = little_endian(head, wide ? 54 : 42, 2);
  const uint64_t program_count = little_endian(head, wide ? 56 : 44, 2);
  const uint64_t section_size = little_endian(head, wide ? 58 : 46, 2);
  const uint64_t section_count = little_endian(head, wide ? 60 : 48, 2);
  uint64_t extent = std::max<uint64_t>(header, section_offset + section_size * section_count);
  extent = std::max(extent, program_offset + program_size * program_count);
  const size_t wanted = wide ? 56 : 32;
  if (program_size < wanted) return extent;
  for (uint64_t i = 0; i < program_count; ++i) {
    Bytes entry(wanted);
    file.clear();
    file.seekg(static_cast<std::streamoff>(program_offset + i * program_size));
    if (!file.read(reinterpret_cast<char*>(entry.data()), static_cast<std::streamsize>(wanted)))
      break;
    const uint64_t offset = little_endian(entry, wide ? 8 : 4, wide ? 8 : 4);
    const uint64_t size = little_endian(entry, wide ? 32 : 16, wide ? 8 : 4);
    extent = std::max(extent, offset + size);
  }
  return extent;
}

Outcome check_elf(const std::string& path, const Bytes& head, uint64_t size, std::ifstream& file,
                  const Platform& platform) {
  if (head.size() < 20) return truncated(path, size, 64);
  const uint8_t file_class = head[4];
  if (head[5] != 1) return wrong_architecture(path, "a big-endian processor", platform);
  const uint64_t machine = little_endian(head, 18, 2);
  if (platform.format != LibraryFormat::elf || machine != platform.machine ||
      file_class != platform.elf_class) {
    return wrong_architecture(path, "Linux on " + elf_machine_name(machine), platform);
  }
  const uint64_t extent = elf_extent(head, file_class == 2, file);
  if (extent == 0 || extent > size) return truncated(path, size, std::max<uint64_t>(extent, 64));
  constexpr uint64_t kSharedObject = 3;
  if (little_endian(head, 16, 2) != kSharedObject) {
    return not_a_library(path, "an ELF file of another kind");
  }
  return Done{};
}

// The size the file must at least have, from the table of sections; 0 when the table is cut short.
// Source: Microsoft PE format, "Section Table".
uint64_t pe_extent(const Bytes& head, uint64_t header) {
  constexpr uint64_t kFileHeader = 24;
  constexpr uint64_t kSection = 40;
  const uint64_t count = little_endian(head, header + 6, 2);
  const uint64_t table = header + kFileHeader + little_endian(head, header + 20, 2);
  if (table + count * kSection > head.size()) return 0;
  uint64_t extent = table + count * kSection;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t section = table + i * kSection;
    extent = std::max(extent,
                      little_endian(head, section + 20, 4) + little_endian(head, section + 16, 4));
  }
  return extent;
}

Outcome check_pe(const std::string& path, const Bytes& head, uint64_t size,
                 const Platform& platform) {
  const uint64_t offset = little_endian(head, 60, 4);
  const bool complete =
      offset + 24 <= head.size() && head[offset] == 'P' && head[offset + 1] == 'E';
  if (!complete) {
    if (platform.format != LibraryFormat::pe) return wrong_architecture(path, "Windows", platform);
    return truncated(path, size, std::max<uint64_t>(std::min<uint64_t>(offset, kHead) + 24, 64));
  }
  const uint64_t machine = little_endian(head, offset + 4, 2);
  if (platform.format != LibraryFormat::pe || machine != platform.machine)
    return wrong_architecture(path, "Windows on " + pe_machine_name(machine), platform);
  const uint64_t extent = pe_extent(head, offset);
  if (extent == 0 || extent > size)
    return truncated(path, size, std::max<uint64_t>(extent, offset + 24));
  constexpr uint64_t kDll = 0x2000;
  if ((little_endian(head, offset + 22, 2) & kDll) == 0)
    return not_a_library(path, "a program, or a PE file of another kind");
  return Done{};
}

}  // namespace

Outcome check_library_file(const std::filesystem::path& path, const Platform& platform) {
  const std::string name = path.string();
  std::error_code failed;
  const auto status = std::filesystem::status(path, failed);
  if (!std::filesystem::exists(status)) {
    return Problem{SEMAFOOR_NOT_FOUND, "shim.library_missing",
                   name + " does not exist, although its manifest does: install the plugin again"};
  }
  if (!std::filesystem::is_regular_file(status)) return not_a_library(name, "not a file");
  const uint64_t size = std::filesystem::file_size(path, failed);
  std::ifstream file(path, std::ios::binary);
  if (failed || !file) {
    return Problem{SEMAFOOR_PERMISSION_DENIED, "shim.library_unreadable",
                   name + " cannot be read (" + std::strerror(errno) +
                       "): give this account the right to read it"};
  }
  if (size == 0) return truncated(name, 0, 64);
  Bytes head(static_cast<size_t>(std::min<uint64_t>(size, kHead)));
  file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
  if (head.size() >= 4 && std::memcmp(head.data(), "\x7f\x45\x4c\x46", 4) == 0)
    return check_elf(name, head, size, file, platform);
  if (head.size() >= 2 && head[0] == 'M' && head[1] == 'Z')
    return check_pe(name, head, size, platform);
  return not_a_library(name, "its first bytes are those of something else");
}

Outcome check_digest(const std::filesystem::path& path, const std::string& expected) {
  std::ifstream file(path, std::ios::binary);
  Sha256 digest;
  std::vector<char> buffer(1 << 16);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    digest.add(reinterpret_cast<const uint8_t*>(buffer.data()), static_cast<size_t>(file.gcount()));
  }
  const std::string found = digest.hex();
  if (found == expected) return Done{};
  return Problem{SEMAFOOR_DATA_LOSS, "shim.wrong_hash",
                 path.string() + " is not the file its manifest describes (SHA-256 " +
                     found.substr(0, 12) + "… instead of " + expected.substr(0, 12) +
                     "…): it is damaged or belongs to another release; install the plugin again"};
}

}  // namespace semafoor::loader
