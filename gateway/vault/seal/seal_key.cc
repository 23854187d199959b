// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/seal_key.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "gateway/vault/openssl_handles.h"
#include "gateway/vault/seal/cipher_contexts.h"
#include "gateway/vault/seal/nonce_store.h"

namespace semafoor::vault {
namespace {

constexpr int kTagBytes = 16;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

Error damaged() {
  return {.kind = ErrorKind::data_loss,
          .code = "vault.sealed_damaged",
          .message =
              "Opened something sealed: it was sealed with another key, or it is not what was "
              "sealed. Restore it from a backup, and the key with it."};
}

Nonce numbered(std::uint64_t number) {
  Nonce nonce{};
  for (int i = 0; i < 8; ++i)
    nonce[kNonceBytes - 1 - static_cast<std::size_t>(i)] =
        static_cast<unsigned char>(number >> (8 * i));
  return nonce;
}

}  // namespace

struct SealKey::State {
  explicit State(SecretBytes its_key) : key(std::move(its_key)) {}

  // `out` has room for `size` bytes.
  void encrypt(const Nonce& nonce, std::string_view context, const unsigned char* plain,
               std::size_t size, unsigned char* out, unsigned char* tag) {
    Owned<EVP_CIPHER_CTX> work = seals.take();
    int length = 0;
    const bool done =
        work && EVP_EncryptInit_ex2(work.get(), nullptr, nullptr, nonce.data(), nullptr) == 1 &&
        EVP_EncryptUpdate(work.get(), nullptr, &length, raw(context),
                          static_cast<int>(context.size())) == 1 &&
        EVP_EncryptUpdate(work.get(), out, &length, plain, static_cast<int>(size)) == 1 &&
        EVP_EncryptFinal_ex(work.get(), out + length, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(work.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1;
    if (!done) throw std::runtime_error("OpenSSL did not seal.");
    seals.give_back(std::move(work));
  }

  bool decrypt(const Nonce& nonce, std::string_view context, const unsigned char* sealed,
               std::size_t size, const unsigned char* tag, unsigned char* out) {
    Owned<EVP_CIPHER_CTX> work = opens.take();
    std::array<unsigned char, kTagBytes> expected{};
    std::copy(tag, tag + kTagBytes, expected.begin());
    int length = 0;
    const bool done =
        work && EVP_DecryptInit_ex2(work.get(), nullptr, nullptr, nonce.data(), nullptr) == 1 &&
        EVP_DecryptUpdate(work.get(), nullptr, &length, raw(context),
                          static_cast<int>(context.size())) == 1 &&
        EVP_DecryptUpdate(work.get(), out, &length, sealed, static_cast<int>(size)) == 1 &&
        EVP_CIPHER_CTX_ctrl(work.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, expected.data()) == 1 &&
        EVP_DecryptFinal_ex(work.get(), out + length, &length) == 1;
    if (done) opens.give_back(std::move(work));
    return done;
  }

  const SecretBytes key;
  CipherContexts seals{key, CipherContexts::Direction::seal};
  CipherContexts opens{key, CipherContexts::Direction::open};
  NonceStore nonces;
};

SealKey::SealKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealKey::SealKey(SealKey&&) noexcept = default;
SealKey::~SealKey() = default;

Result<SealKey> SealKey::make() {
  std::string bytes(kBytes, '\0');
  if (RAND_priv_bytes(raw(bytes), static_cast<int>(bytes.size())) != 1)
    return Error{.kind = ErrorKind::internal,
                 .code = "vault.no_randomness",
                 .message = "Made a key: the system gave no random bytes. Nothing was stored."};
  return of(SecretBytes(std::move(bytes)));
}

Result<SealKey> SealKey::of(SecretBytes bytes) {
  if (bytes.size() != kBytes)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "vault.key_unsuitable",
                 .message = "Took a key to seal with: it has " + std::to_string(bytes.size()) +
                            " bytes and not " + std::to_string(kBytes) + "."};
  return SealKey(std::make_unique<State>(std::move(bytes)));
}

SealKey SealKey::derived(std::string_view purpose) const {
  std::string made(kBytes, '\0');
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), state_->key.data(), static_cast<int>(state_->key.size()), raw(purpose),
           purpose.size(), raw(made), &size) == nullptr ||
      size != kBytes)
    throw std::runtime_error("OpenSSL derived no key.");
  return SealKey(std::make_unique<State>(SecretBytes(std::move(made))));
}

std::string SealKey::seal(std::string_view context, std::string_view plain) const {
  const Nonce nonce = state_->nonces.take();
  std::string sealed(plain.size() + kOverhead, '\0');
  std::copy(nonce.begin(), nonce.end(), sealed.begin());
  unsigned char* const body = raw(sealed) + kNonceBytes;
  state_->encrypt(nonce, context, raw(plain), plain.size(), body, body + plain.size());
  return sealed;
}

Result<std::string> SealKey::open(std::string_view context, std::string_view sealed) const {
  if (sealed.size() < kOverhead) return damaged();
  Nonce nonce{};
  std::copy(raw(sealed), raw(sealed) + kNonceBytes, nonce.begin());
  const std::size_t size = sealed.size() - kOverhead;
  std::string plain(size, '\0');
  const unsigned char* const body = raw(sealed) + kNonceBytes;
  if (!state_->decrypt(nonce, context, body, size, body + size, raw(plain))) {
    OPENSSL_cleanse(plain.data(), plain.size());
    return damaged();
  }
  return plain;
}

void SealKey::seal_piece(std::uint64_t number, std::string_view context, const std::byte* plain,
                         std::size_t size, std::byte* out) const {
  auto* const to = reinterpret_cast<unsigned char*>(out);
  state_->encrypt(numbered(number), context, reinterpret_cast<const unsigned char*>(plain), size,
                  to, to + size);
}

bool SealKey::open_piece(std::uint64_t number, std::string_view context, const std::byte* sealed,
                         std::size_t size, std::byte* out) const {
  if (size < kTagBytes) return false;
  const auto* const from = reinterpret_cast<const unsigned char*>(sealed);
  return state_->decrypt(numbered(number), context, from, size - kTagBytes, from + size - kTagBytes,
                         reinterpret_cast<unsigned char*>(out));
}

std::string SealKey::fingerprint() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const SealKey named = derived("semafoor fingerprint");
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto byte = static_cast<unsigned char>(named.bytes().data()[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

const SecretBytes& SealKey::bytes() const {
  return state_->key;
}

}  // namespace semafoor::vault
