// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/pkcs11/module.h"
#include "gateway/vault/tokens/device.h"

namespace semafoor::vault::pkcs11 {

using tokens::KeyPlace;
using tokens::Pin;
using tokens::TokenKey;

// A session with one token, logged in; opened when it is needed, and again when it was lost.
class Connection final : public tokens::Device {
 public:
  Connection(std::filesystem::path module, std::string token_label, Pin pin);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<TokenKey> look(const KeyPlace& place) override;
  Result<std::string> sign(const KeyPlace& place, std::string_view data) override;

 private:
  template <typename T>
  Result<T> settled(const std::function<Result<T>()>& work);
  Result<void> open();
  Result<void> log_in();
  void drop();
  Result<Slot> slot();
  Result<std::optional<Object>> find(Ulong kind, const KeyPlace& place);
  Result<Object> private_key(const KeyPlace& place);
  Result<std::string> attribute(Object object, Ulong kind);
  Result<bool> is_rsa(Object key);
  Result<std::string> signature(Object key, Ulong mechanism, std::string_view input);
  Error failed(const char* what, Rv rv);

  const std::filesystem::path file_;
  const std::string label_;
  const Pin pin_;
  std::shared_ptr<Module> module_;
  std::optional<Session> session_;
  // What the token has refused is not tried again: it locks itself after few.
  std::string refused_pin_digest_;
  // The last error was of a kind that a new session may mend.
  bool lost_ = false;
};

}  // namespace semafoor::vault::pkcs11
