// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/pairing_messages.h"

#include <functional>

namespace semafoor::runtime {
namespace {

// Source: protobuf.dev/programming-guides/encoding.
constexpr unsigned kVarint = 0;
constexpr unsigned kFixed64 = 1;
constexpr unsigned kBytes = 2;
constexpr unsigned kFixed32 = 5;

void put_varint(std::string& into, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) into += static_cast<char>((value & 0x7fU) | 0x80U);
  into += static_cast<char>(value);
}

void put_text(std::string& into, unsigned number, std::string_view text) {
  put_varint(into, number << 3U | kBytes);
  put_varint(into, text.size());
  into += text;
}

bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_bytes(std::string_view& bytes, std::uint64_t size, std::string_view& into) {
  if (size > bytes.size()) return false;
  into = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  std::string_view bytes;
};

// Each field in turn, those of later releases too. False when the bytes are no message.
bool each_field(std::string_view message, const std::function<bool(const Field&)>& use) {
  while (!message.empty()) {
    std::uint64_t tag = 0;
    if (!take_varint(message, tag)) return false;
    Field field{.number = tag >> 3U, .bytes = {}};
    std::uint64_t size = 0;
    bool read = false;
    switch (tag & 7U) {
      case kVarint:
        read = take_varint(message, field.value);
        break;
      case kFixed64:
        read = take_bytes(message, 8, field.bytes);
        break;
      case kBytes:
        read = take_varint(message, size) && take_bytes(message, size, field.bytes);
        break;
      case kFixed32:
        read = take_bytes(message, 4, field.bytes);
        break;
      default:
        break;
    }
    if (!read || !use(field)) return false;
  }
  return true;
}

// semafoor.v1.Instant.
bool instant(std::string_view message, std::int64_t& unix_ms) {
  return each_field(message, [&](const Field& field) {
    if (field.number == 1) unix_ms = static_cast<std::int64_t>(field.value);
    return true;
  });
}

bool certificate(std::string_view message, PairedCertificate& into) {
  return each_field(message, [&](const Field& field) {
    switch (field.number) {
      case 1:
        into.certificate = field.bytes;
        return true;
      case 2:
        into.authority = field.bytes;
        return true;
      case 4:
        return instant(field.bytes, into.expires_ms);
      case 5:
        return instant(field.bytes, into.renew_from_ms);
      default:
        return true;
    }
  });
}

}  // namespace

std::string pair_request(std::string_view code, std::string_view certificate_request) {
  std::string message;
  put_text(message, 1, code);
  put_text(message, 2, certificate_request);
  return message;
}

std::string renew_request(std::string_view certificate_request) {
  std::string message;
  put_text(message, 1, certificate_request);
  return message;
}

std::optional<PairedCertificate> paired_certificate(std::string_view response) {
  PairedCertificate read;
  const bool readable = each_field(response, [&](const Field& field) {
    return field.number != 1 || certificate(field.bytes, read);
  });
  if (!readable || read.certificate.empty() || read.authority.empty()) return std::nullopt;
  return read;
}

std::string error_code(std::string_view details) {
  std::string code;
  const bool readable = each_field(details, [&](const Field& field) {
    if (field.number == 2) code = field.bytes;
    return true;
  });
  return readable ? code : std::string();
}

}  // namespace semafoor::runtime
