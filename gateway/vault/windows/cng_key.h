// SPDX-License-Identifier: Apache-2.0
//
// A key of Windows' CNG: https://learn.microsoft.com/windows/win32/api/ncrypt
#pragma once

#include <windows.h>
// After windows.h, whose types it uses.
#include <ncrypt.h>

#include <string>
#include <string_view>
#include <utility>

#include "gateway/domain/result.h"

namespace semafoor::vault::cng {

using Status = SECURITY_STATUS;

// An object of NCrypt's, given back at its end.
class Object {
 public:
  Object() = default;
  // `owned` false: somebody else gives it back.
  explicit Object(NCRYPT_HANDLE value, bool owned = true) : value_(value), owned_(owned) {}
  Object(Object&& other) noexcept : value_(std::exchange(other.value_, 0)), owned_(other.owned_) {}
  Object& operator=(Object&& other) noexcept {
    std::swap(value_, other.value_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  ~Object() {
    if (value_ != 0 && owned_) NCryptFreeObject(value_);
  }
  NCRYPT_HANDLE get() const { return value_; }

 private:
  NCRYPT_HANDLE value_ = 0;
  bool owned_ = true;
};

// What was tried, "vault.token_failed" or the code that the status stands for, and what to do.
Error said(const std::string& tried, Status status);

// One thread. Nothing asks a person: a service has no desktop.
class Key {
 public:
  // `shown_name`: what errors call it.
  Key(Object key, std::string shown_name) : key_(std::move(key)), name_(std::move(shown_name)) {}

  // "vault.key_unsuitable": neither RSA nor EC.
  Result<bool> rsa() const;
  // SubjectPublicKeyInfo in DER.
  Result<std::string> public_key() const;
  // The certificate that its provider keeps with it (smart cards do), DER; empty: none.
  std::string certificate() const;
  // For the signatures that follow, on this object.
  Result<void> give_pin(std::string_view pin) const;
  // As tokens::Device.
  Result<std::string> sign(std::string_view data) const;

 private:
  std::string property(const wchar_t* name) const;

  const Object key_;
  const std::string name_;
};

}  // namespace semafoor::vault::cng
