// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/zip.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/documents/inflated.h"
#include "gateway/documents/text.h"
#include "gateway/domain/text.h"

namespace semafoor::documents {
namespace {

constexpr std::string_view kEnd = "PK\x05\x06";
constexpr std::string_view kEnd64 = "PK\x06\x07";
constexpr std::string_view kEntry = "PK\x01\x02";
constexpr std::string_view kLocal = "PK\x03\x04";
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kEntrySize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kLongestComment = 65'535;

Error refused(const char* code, const std::string& problem) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = code,
               .message = "Opening a ZIP file: " + problem +
                          ". It is kept as it came; nothing in it was read."};
}

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i > 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

Result<std::string> bytes_at(const Source& source, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    auto got = source.read_at(offset + filled, std::span(bytes).subspan(filled));
    if (!got) return got.error();
    if (*got == 0) return refused("zip.malformed", "it ends before it should");
    filled += *got;
  }
  return bytes;
}

struct Directory {
  std::uint64_t offset = 0;
  std::size_t bytes = 0;
  std::size_t members = 0;
};

// The last end record; it and its comment are the end of the file, and the directory is what stands
// right before it: nothing is left for another reader to see otherwise.
Result<Directory> directory_of(const Source& source, const ZipLimits& limits) {
  const std::uint64_t size = source.size();
  if (size < kEndSize) return refused("zip.malformed", "it is too short");
  const auto tail_size =
      static_cast<std::size_t>(std::min<std::uint64_t>(size, kEndSize + kLongestComment + 20));
  auto tail = bytes_at(source, size - tail_size, tail_size);
  if (!tail) return tail.error();
  std::size_t at = tail->rfind(kEnd, tail_size - kEndSize);
  while (at != std::string::npos && at + kEndSize + number(*tail, at + 20, 2) != tail_size)
    at = at == 0 ? std::string::npos : tail->rfind(kEnd, at - 1);
  if (at == std::string::npos) return refused("zip.malformed", "it has no directory at its end");
  if (at >= 20 && std::string_view(*tail).substr(at - 20, 4) == kEnd64)
    return refused("zip.unsupported", "it is ZIP64, for more than 65,535 members or 4 GiB");
  const std::uint32_t here = number(*tail, at + 8, 2);
  if (number(*tail, at + 4, 2) != 0 || number(*tail, at + 6, 2) != 0 ||
      here != number(*tail, at + 10, 2))
    return refused("zip.unsupported", "it is spread over several disks");
  Directory directory{
      .offset = number(*tail, at + 16, 4), .bytes = number(*tail, at + 12, 4), .members = here};
  if (directory.offset + directory.bytes != size - tail_size + at)
    return refused("zip.malformed", "its directory is not where it says");
  if (directory.members > limits.members)
    return refused("zip.too_large", "it has " + std::to_string(directory.members) +
                                        " members, more than " + std::to_string(limits.members));
  if (directory.bytes > limits.directory_bytes)
    return refused("zip.too_large", "its directory is too large");
  return directory;
}

// Without the flag for UTF-8 it is what the maker's system uses: CP437 by the norm, Windows-1252 or
// UTF-8 in fact. It is for people alone, so what is no UTF-8 is taken for Windows-1252.
std::string member_name(std::string_view bytes) {
  if (domain::is_utf8(bytes)) return std::string(bytes);
  std::string name;
  decode(Encoding::windows_1252, bytes, name);
  return name;
}

bool is_safe(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.front() == '\\') return false;
  if (name.find('\0') != std::string_view::npos || name.find(':') != std::string_view::npos)
    return false;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t to = std::min(name.find_first_of("/\\", from), name.size());
    if (name.substr(from, to - from) == "..") return false;
    from = to + 1;
  }
  return true;
}

Result<ZipMember> member_of(std::string_view entry, std::string_view name) {
  const std::uint32_t flags = number(entry, 8, 2);
  const std::uint32_t method = number(entry, 10, 2);
  // Encrypted, by the old and by the strong manner, or its directory.
  if ((flags & 0x2041U) != 0 || method == 99)
    return refused("zip.encrypted", "a member is encrypted; ask for it without");
  if (method != 0 && method != 8)
    return refused("zip.unsupported", "a member is packed by method " + std::to_string(method) +
                                          "; stored and deflated ones are read");
  if (!is_safe(name)) return refused("zip.name", "a member's name leads outside, or is none");
  ZipMember member{.name = member_name(name),
                   .packed = number(entry, 20, 4),
                   .size = number(entry, 24, 4),
                   .crc = number(entry, 16, 4),
                   .deflated = method == 8,
                   .folder = name.ends_with('/') || name.ends_with('\\'),
                   .offset = number(entry, 42, 4)};
  if (member.packed == 0xffffffff || member.size == 0xffffffff || member.offset == 0xffffffff)
    return refused("zip.unsupported", "a member is of ZIP64");
  if (!member.deflated && member.packed != member.size)
    return refused("zip.malformed", "a stored member has two sizes");
  return member;
}

std::optional<Error> too_large(const std::vector<ZipMember>& members, const ZipLimits& limits) {
  std::uint64_t total = 0;
  for (const ZipMember& member : members) {
    total += member.size;
    if (member.size > limits.member_bytes || total > limits.total_bytes)
      return refused("zip.too_large", "its members are larger than is read");
    if (member.size > limits.free_bytes && member.size / limits.ratio > member.packed)
      return refused("zip.too_large", "a member becomes more than " + std::to_string(limits.ratio) +
                                          " times as large as it is packed");
  }
  return std::nullopt;
}

// Members do not share bytes: that is how little becomes much.
std::optional<Error> overlapping(std::vector<ZipMember> members, std::uint64_t end) {
  std::sort(members.begin(), members.end(),
            [](const ZipMember& a, const ZipMember& b) { return a.offset < b.offset; });
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::uint64_t next = i + 1 < members.size() ? members[i + 1].offset : end;
    if (members[i].offset + kLocalSize + members[i].packed > next)
      return refused("zip.malformed", "two members lie over each other");
  }
  return std::nullopt;
}

}  // namespace

Result<ZipArchive> ZipArchive::open(const Source& source, const ZipLimits& limits) {
  auto directory = directory_of(source, limits);
  if (!directory) return directory.error();
  auto bytes = bytes_at(source, directory->offset, directory->bytes);
  if (!bytes) return bytes.error();
  ZipArchive archive(source);
  std::string_view rest(*bytes);
  for (std::size_t i = 0; i < directory->members; ++i) {
    if (rest.size() < kEntrySize || !rest.starts_with(kEntry))
      return refused("zip.malformed", "its directory is damaged");
    const std::size_t name = number(rest, 28, 2);
    const std::size_t whole = kEntrySize + name + number(rest, 30, 2) + number(rest, 32, 2);
    if (rest.size() < whole) return refused("zip.malformed", "its directory is damaged");
    auto member = member_of(rest.substr(0, kEntrySize), rest.substr(kEntrySize, name));
    if (!member) return member.error();
    archive.members_.push_back(std::move(*member));
    rest.remove_prefix(whole);
  }
  if (!rest.empty()) return refused("zip.malformed", "its directory has more than it says");
  if (auto problem = too_large(archive.members_, limits)) return *std::move(problem);
  if (auto problem = overlapping(archive.members_, directory->offset)) return *std::move(problem);
  return archive;
}

Result<std::unique_ptr<ByteStream>> ZipArchive::read(const ZipMember& member) const {
  auto head = bytes_at(*source_, member.offset, kLocalSize);
  if (!head) return head.error();
  if (!head->starts_with(kLocal))
    return refused("zip.malformed", "a member is not where the directory says");
  const std::uint64_t from =
      member.offset + kLocalSize + number(*head, 26, 2) + number(*head, 28, 2);
  return inflated({.source = source_,
                   .offset = from,
                   .packed = member.packed,
                   .size = member.size,
                   .crc = member.crc,
                   .deflated = member.deflated});
}

}  // namespace semafoor::documents
