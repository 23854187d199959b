// SPDX-License-Identifier: Apache-2.0
//
// For tests: ZIP files, good ones and such as nobody should make.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

namespace semafoor::documents::testing {

struct TestMember {
  std::string name;
  std::string bytes;
  bool deflated = true;
  std::uint16_t flags = 0;
  // Instead of 0 or 8.
  int method = -1;
  // Added to what is true.
  std::uint32_t crc_off = 0;
  std::int64_t size_off = 0;
};

inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) text += static_cast<char>(value & 0xff);
  return text;
}

inline std::string deflated(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string zip_of(const std::vector<TestMember>& members, const std::string& comment = "") {
  std::string file;
  std::string directory;
  for (const TestMember& member : members) {
    const std::string packed = member.deflated ? deflated(member.bytes) : member.bytes;
    const auto crc =
        static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(member.bytes.data()),
                                         static_cast<uInt>(member.bytes.size())));
    const int method = member.method >= 0 ? member.method : member.deflated ? 8 : 0;
    const std::string common =
        little(20, 2) + little(member.flags, 2) + little(static_cast<std::uint64_t>(method), 2) +
        little(0, 4) + little(crc + member.crc_off, 4) + little(packed.size(), 4) +
        little(static_cast<std::uint64_t>(static_cast<std::int64_t>(member.bytes.size()) +
                                          member.size_off),
               4) +
        little(member.name.size(), 2) + little(0, 2);
    directory += "PK\x01\x02" + little(20, 2) + common + little(0, 10) + little(file.size(), 4) +
                 member.name;
    file += "PK\x03\x04" + common + member.name + packed;
  }
  const std::string end = little(0, 4) + little(members.size(), 2) + little(members.size(), 2) +
                          little(directory.size(), 4) + little(file.size(), 4) +
                          little(comment.size(), 2);
  return file + directory + "PK\x05\x06" + end + comment;
}

}  // namespace semafoor::documents::testing
