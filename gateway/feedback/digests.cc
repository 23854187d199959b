// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/digests.h"

#include <openssl/evp.h>

#include <array>
#include <cstddef>

#include "gateway/domain/date.h"
#include "gateway/domain/uuid.h"

namespace semafoor::feedback {
namespace {

std::array<unsigned char, 32> sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : sha256(bytes)) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

std::string content_hash(const v1::FeedbackDraft& draft) {
  // Lengths in front: no two contents write the same bytes.
  std::string bytes = "feedback/1";
  for (const std::string& part :
       {draft.signal_id(), draft.code(), draft.remark(), draft.decision_reference(),
        draft.has_decision_date() ? std::to_string(domain::date_number(draft.decision_date()))
                                  : std::string()}) {
    bytes += "|" + std::to_string(part.size()) + ":" + part;
  }
  return sha256_hex(bytes);
}

std::string client_reference(std::string_view client_id) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr int kLength = 15;
  const auto digest = sha256(client_id);
  std::string reference;
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t next = 0;
  while (reference.size() < kLength) {
    if (held < 5) {
      bits = (bits << 8U) | digest[next++];
      held += 8;
    }
    held -= 5;
    reference += kAlphabet[(bits >> static_cast<unsigned>(held)) & 31U];
  }
  return reference;
}

std::optional<std::string> normalised_client_id(std::string_view text) {
  if (!domain::is_uuid(text)) return std::nullopt;
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::size_t characters(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
  }
  return count;
}

}  // namespace semafoor::feedback
