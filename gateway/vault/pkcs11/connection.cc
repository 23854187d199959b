// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/pkcs11/connection.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "gateway/vault/tokens/public_key.h"

namespace semafoor::vault::pkcs11 {
namespace {

// DigestInfo of SHA-256 (RFC 8017 section 9.2, note 1), for tokens that sign RSA without hashing.
constexpr std::array<unsigned char, 19> kSha256Info{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                    0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                    0x01, 0x05, 0x00, 0x04, 0x20};
constexpr std::size_t kLargestSignature = 1024;
constexpr Ulong kMostSlots = 256;

std::string sha256_of(std::string_view data) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

unsigned char* raw(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

bool is_of_the_session(Rv rv) {
  constexpr std::array<Rv, 9> kLost{kDeviceError,         kDeviceRemoved, kKeyHandleInvalid,
                                    kObjectHandleInvalid, kSessionClosed, kSessionHandleInvalid,
                                    kTokenNotPresent,     kNotLoggedIn,   kNotInitialized};
  return std::find(kLost.begin(), kLost.end(), rv) != kLost.end();
}

Error said(const char* code, const std::string& what) {
  return {.kind = ErrorKind::unavailable, .code = code, .message = what, .retryable = true};
}

}  // namespace

Connection::Connection(std::filesystem::path module, std::string token_label, Pin pin)
    : file_(std::move(module)), label_(std::move(token_label)), pin_(std::move(pin)) {}

Connection::~Connection() {
  drop();
}

Error Connection::failed(const char* what, Rv rv) {
  lost_ = is_of_the_session(rv);
  return said("vault.token_failed",
              std::string(what) + " on the token '" + label_ + "': it answered CKR " +
                  std::to_string(rv) +
                  ". Look whether it is plugged in and its own program can use it; it is tried "
                  "again by itself.");
}

void Connection::drop() {
  if (session_) (void)module_->call<CloseSession>(*session_);
  session_.reset();
}

Result<Slot> Connection::slot() {
  std::array<Slot, kMostSlots> slots{};
  Ulong count = kMostSlots;
  const Rv listed = module_->call<GetSlotList>(static_cast<unsigned char>(1), slots.data(), &count);
  if (listed != kOk) return failed("Looking for slots", listed);
  for (Ulong i = 0; i < count; ++i) {
    alignas(8) std::array<char, kTokenInfoBytes> info{};
    if (module_->call<GetTokenInfo>(slots[i], static_cast<void*>(info.data())) != kOk) continue;
    std::string_view label(info.data(), kTokenLabelBytes);
    while (label.ends_with(' ') || label.ends_with('\0')) label.remove_suffix(1);
    if (label == label_) return slots[i];
  }
  return said("vault.token_missing",
              "Looked for the token '" + label_ +
                  "': none of that label is plugged in. Plug it in, or correct [[keys.token]] "
                  "label; it is found again by itself.");
}

Result<void> Connection::log_in() {
  auto pin = pin_();
  if (!pin) return std::move(pin).error();
  std::string digest = sha256_of({(*pin)->data(), (*pin)->size()});
  const Error wrong = said("vault.pin_wrong",
                           "Logged in to the token '" + label_ +
                               "': it refuses the PIN, which is not tried again, as it would lock "
                               "itself. Give the right one (semafoorctl credentials pin).");
  if (digest == refused_pin_digest_) return wrong;
  // The standard takes it as not constant; nobody writes there.
  auto* const bytes = reinterpret_cast<unsigned char*>(const_cast<char*>((*pin)->data()));
  const Rv rv = module_->call<Login>(*session_, kUser, bytes, static_cast<Ulong>((*pin)->size()));
  // Another session of this process was first.
  if (rv == kOk || rv == kAlreadyLoggedIn) return {};
  if (rv == kPinIncorrect || rv == kPinInvalid || rv == kPinLengthRange) {
    refused_pin_digest_ = std::move(digest);
    return wrong;
  }
  if (rv == kPinLocked)
    return said("vault.pin_locked",
                "Logged in to the token '" + label_ +
                    "': its PIN is locked, after too many wrong ones. Unlock it with the program "
                    "that came with it.");
  return failed("Logging in", rv);
}

Result<void> Connection::open() {
  if (!module_) {
    auto loaded = Module::load(file_);
    if (!loaded) return std::move(loaded).error();
    module_ = std::move(*loaded);
  }
  if (session_) return {};
  const auto place = slot();
  if (!place) return place.error();
  Session session = 0;
  const Rv opened = module_->call<OpenSession>(*place, kSerialSession, static_cast<void*>(nullptr),
                                               static_cast<void*>(nullptr), &session);
  if (opened != kOk) return failed("Opening a session", opened);
  session_ = session;
  if (auto in = log_in(); !in) {
    drop();
    return in;
  }
  return {};
}

// Once more in a new session, when the one that was used had been lost.
template <typename T>
Result<T> Connection::settled(const std::function<Result<T>()>& work) {
  for (bool again = false;; again = true) {
    lost_ = false;
    const bool was_open = session_.has_value();
    auto opened = open();
    auto result = opened ? work() : Result<T>(std::move(opened).error());
    if (result) return result;
    if (lost_) drop();
    if (!lost_ || !was_open || again) return result;
  }
}

Result<std::optional<Object>> Connection::find(Ulong kind, const KeyPlace& place) {
  std::vector<Triple> wanted{{kClass, &kind, sizeof kind}};
  std::string label = place.label;
  std::string id = place.id;
  if (!label.empty()) wanted.push_back({kLabel, label.data(), static_cast<Ulong>(label.size())});
  if (!id.empty()) wanted.push_back({kId, id.data(), static_cast<Ulong>(id.size())});
  if (const Rv rv = module_->call<FindObjectsInit>(*session_, wanted.data(),
                                                   static_cast<Ulong>(wanted.size()));
      rv != kOk)
    return failed("Looking for a key", rv);
  Object found = 0;
  Ulong count = 0;
  const Rv rv = module_->call<FindObjects>(*session_, &found, Ulong{1}, &count);
  (void)module_->call<FindObjectsFinal>(*session_);
  if (rv != kOk) return failed("Looking for a key", rv);
  return count == 0 ? std::optional<Object>() : std::optional(found);
}

Result<Object> Connection::private_key(const KeyPlace& place) {
  auto key = find(kPrivateKey, place);
  if (!key) return std::move(key).error();
  if (*key) return **key;
  return Error{.kind = ErrorKind::not_found,
               .code = "vault.key_missing",
               .message = "Looked for a key on the token '" + label_ +
                          "': it has none with label '" + place.label +
                          "' (and the id, where one is given). Correct [[keys.token]] keys."};
}

Result<std::string> Connection::attribute(Object object, Ulong kind) {
  Triple asked{kind, nullptr, 0};
  Rv rv = module_->call<GetAttributeValue>(*session_, object, &asked, Ulong{1});
  constexpr Ulong kLargest = 64 * 1024;
  if (rv != kOk || asked.size > kLargest) return failed("Reading of a key", rv);
  std::string value(asked.size, '\0');
  asked.bytes = value.data();
  rv = module_->call<GetAttributeValue>(*session_, object, &asked, Ulong{1});
  if (rv != kOk || asked.size > value.size()) return failed("Reading of a key", rv);
  value.resize(asked.size);
  return value;
}

Result<bool> Connection::is_rsa(Object key) {
  Ulong type = 0;
  Triple asked{kKeyType, &type, sizeof type};
  const Rv rv = module_->call<GetAttributeValue>(*session_, key, &asked, Ulong{1});
  if (rv != kOk) return failed("Reading of a key", rv);
  if (type == kRsa || type == kEc) return type == kRsa;
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unsuitable",
               .message = "Looked at a key of the token '" + label_ +
                          "': it is neither an RSA nor an EC key. Use one of these."};
}

Result<TokenKey> Connection::look(const KeyPlace& place) {
  return settled<TokenKey>([&]() -> Result<TokenKey> {
    auto key = private_key(place);
    if (!key) return std::move(key).error();
    auto rsa = is_rsa(*key);
    if (!rsa) return std::move(rsa).error();
    TokenKey found{.rsa = *rsa, .certificate = {}, .public_key = {}};
    // What belongs together has the same id; labels are for people.
    KeyPlace same = place;
    if (auto id = attribute(*key, kId); id && !id->empty()) same = {.label = {}, .id = *id};
    auto certificate = find(kCertificate, same);
    if (!certificate) return std::move(certificate).error();
    if (*certificate) {
      auto value = attribute(**certificate, kValue);
      if (!value) return std::move(value).error();
      found.certificate = std::move(*value);
    }
    auto public_half = find(kPublicKey, same);
    if (!public_half) return std::move(public_half).error();
    if (!*public_half) return found;
    const auto first = attribute(**public_half, *rsa ? kModulus : kEcPoint);
    if (!first) return first.error();
    if (!*rsa) {
      found.public_key = tokens::ec_public_key(*first);
      return found;
    }
    const auto exponent = attribute(**public_half, kPublicExponent);
    if (!exponent) return exponent.error();
    found.public_key = tokens::rsa_public_key(*first, *exponent);
    return found;
  });
}

Result<std::string> Connection::signature(Object key, Ulong mechanism, std::string_view input) {
  Triple how{mechanism, nullptr, 0};
  if (const Rv rv = module_->call<SignInit>(*session_, &how, key); rv != kOk) {
    Error error = failed("Signing", rv);
    // Told apart by who can do it in another way.
    if (rv == kMechanismInvalid) error.code = "vault.token_mechanism";
    return error;
  }
  std::string data(input);
  std::string made(kLargestSignature, '\0');
  Ulong size = kLargestSignature;
  const Rv rv =
      module_->call<Sign>(*session_, raw(data), static_cast<Ulong>(data.size()), raw(made), &size);
  if (rv != kOk || size > made.size()) return failed("Signing", rv);
  made.resize(size);
  return made;
}

Result<std::string> Connection::sign(const KeyPlace& place, std::string_view data) {
  return settled<std::string>([&]() -> Result<std::string> {
    auto key = private_key(place);
    if (!key) return std::move(key).error();
    auto rsa = is_rsa(*key);
    if (!rsa) return std::move(rsa).error();
    if (!*rsa) return signature(*key, kEcdsa, sha256_of(data));
    auto whole = signature(*key, kSha256RsaPkcs, data);
    if (whole || whole.error().code != "vault.token_mechanism") return whole;
    return signature(*key, kRsaPkcs,
                     std::string(kSha256Info.begin(), kSha256Info.end()) + sha256_of(data));
  });
}

}  // namespace semafoor::vault::pkcs11
