// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/sha256.h"

#include <gtest/gtest.h>

#include <string_view>

namespace semafoor::loader {
namespace {

std::string digest_of(std::string_view text) {
  Sha256 digest;
  digest.add(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return digest.hex();
}

// Source of the vectors: NIST, examples with intermediate values for FIPS 180-4.
TEST(Sha256, AgreesWithThePublishedExamples) {
  EXPECT_EQ(digest_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesArrive) {
  const std::string text(1000, 'x');
  for (const size_t piece : {1U, 63U, 64U, 65U, 300U}) {
    Sha256 digest;
    for (size_t at = 0; at < text.size(); at += piece) {
      const std::string_view part = std::string_view(text).substr(at, piece);
      digest.add(reinterpret_cast<const uint8_t*>(part.data()), part.size());
    }
    EXPECT_EQ(digest.hex(), digest_of(text)) << piece;
  }
}

TEST(Sha256, IsTheSameWithAndWithoutTheProcessorsInstructions) {
  if (fast_sha256_block() == nullptr) GTEST_SKIP() << "this processor has none";
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * i % 251);
  Sha256 portable(portable_sha256_block);
  portable.add(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  EXPECT_EQ(portable.hex(), digest_of(text));
}

}  // namespace
}  // namespace semafoor::loader
