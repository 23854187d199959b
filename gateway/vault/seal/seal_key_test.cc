// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/seal_key.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/hex.h"

namespace semafoor::vault {
namespace {

SealKey key_of(char byte) {
  auto key = SealKey::of(SecretBytes(std::string(SealKey::kBytes, byte)));
  EXPECT_TRUE(key.ok());
  return std::move(*key);
}

TEST(SealKey, WhatIsSealedOpensWithTheSameKeyAndContextAlone) {
  const SealKey key = key_of('a');
  const std::string sealed = key.seal("signals|0206731645", "a person's income");
  EXPECT_EQ(sealed.size(), 17 + SealKey::kOverhead);
  EXPECT_EQ(sealed.find("income"), std::string::npos);
  EXPECT_EQ(key.open("signals|0206731645", sealed).value(), "a person's income");
  EXPECT_EQ(key.open("signals|0206731646", sealed).error().code, "vault.sealed_damaged");
  EXPECT_EQ(key_of('b').open("signals|0206731645", sealed).error().code, "vault.sealed_damaged");
}

TEST(SealKey, AnyFlippedBitAndAnyCutIsFound) {
  const SealKey key = key_of('a');
  const std::string sealed = key.seal("c", "twelve bytes");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string spoiled = sealed;
    spoiled[bit / 8] = static_cast<char>(spoiled[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(key.open("c", spoiled).ok()) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(key.open("c", sealed.substr(0, size)).ok()) << size;
}

TEST(SealKey, TheSameIsNeverSealedTheSameWayTwice) {
  const SealKey key = key_of('a');
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(key.seal("c", "x")).second);
}

TEST(SealKey, ThreadsThatShareAKeyShareNoNonce) {
  const SealKey key = key_of('a');
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kEach = 1000;
  std::vector<std::vector<std::string>> sealed(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : sealed)
      threads.emplace_back([&key, &mine] {
        for (std::size_t i = 0; i < kEach; ++i) {
          mine.push_back(key.seal("c", "value"));
          EXPECT_EQ(key.open("c", mine.back()).value(), "value");
        }
      });
  }
  std::set<std::string> nonces;
  for (const auto& mine : sealed)
    for (const std::string& one : mine) nonces.insert(one.substr(0, 12));
  EXPECT_EQ(nonces.size(), kThreads * kEach);
}

TEST(SealKey, WhatWasDoneBeforeLeavesNoTrace) {
  const SealKey key = key_of('a');
  const std::string sealed = key.seal("a longer context than the next", std::string(1000, 'x'));
  EXPECT_FALSE(key.open("", sealed).ok());
  EXPECT_EQ(key.open("a longer context than the next", sealed).value(), std::string(1000, 'x'));
  EXPECT_EQ(key.open("", key.seal("", "")).value(), "");
  EXPECT_EQ(key.open("c", key.seal("c", "y")).value(), "y");
}

// Source: NIST's GCM test vectors, AES-256, test case 14 of the original submission (all zero).
TEST(SealKey, APieceIsWhatTheStandardSaysItIs) {
  const SealKey key = key_of('\0');
  std::array<std::byte, 16> plain{};
  std::array<std::byte, 32> out{};
  key.seal_piece(0, "", plain.data(), plain.size(), out.data());
  EXPECT_EQ(domain::to_hex({reinterpret_cast<const char*>(out.data()), out.size()}),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(SealKey, APieceOpensUnderItsOwnNumberAlone) {
  const SealKey key = key_of('a');
  const std::string plain(1000, 'p');
  std::string sealed(plain.size() + 16, '\0');
  std::string opened(plain.size(), '\0');
  const auto bytes = [](std::string& text) { return reinterpret_cast<std::byte*>(text.data()); };
  key.seal_piece(7, "blob", reinterpret_cast<const std::byte*>(plain.data()), plain.size(),
                 bytes(sealed));
  EXPECT_TRUE(key.open_piece(7, "blob", bytes(sealed), sealed.size(), bytes(opened)));
  EXPECT_EQ(opened, plain);
  EXPECT_FALSE(key.open_piece(8, "blob", bytes(sealed), sealed.size(), bytes(opened)));
  EXPECT_FALSE(key.open_piece(7, "other", bytes(sealed), sealed.size(), bytes(opened)));
}

TEST(SealKey, ADerivedKeyIsAnotherAndAlwaysTheSame) {
  const SealKey key = key_of('a');
  EXPECT_EQ(key.derived("a").fingerprint(), key_of('a').derived("a").fingerprint());
  EXPECT_NE(key.derived("a").fingerprint(), key.derived("b").fingerprint());
  EXPECT_NE(key.derived("a").fingerprint(), key.fingerprint());
}

TEST(SealKey, AKeyOfAnotherLengthIsRefused) {
  EXPECT_EQ(SealKey::of(SecretBytes("short")).error().code, "vault.key_unsuitable");
}

}  // namespace
}  // namespace semafoor::vault
