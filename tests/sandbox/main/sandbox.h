// SPDX-License-Identifier: Apache-2.0
//
// The whole pretended upstream as one object; the program and the tests make it the same way.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/sandbox/control/world.h"

namespace semafoor::sandbox {

struct Options {
  control::WorldOptions world;
  // 0: any free one.
  int port = 0;
  std::int64_t token_lifetime = 600;
  // Accepted as "aud" besides the token URL (when a proxy stands in between).
  std::vector<std::string> more_audiences;
  // The registry lists one more provider of each kind (control/federation.h).
  bool federation = false;
};

class Sandbox {
 public:
  // Builds all content. Throws std::runtime_error when the port cannot be had.
  explicit Sandbox(const Options& options);
  // Stops.
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  void start();
  void stop();

  // "http://127.0.0.1:PORT"
  const std::string& base() const;
  int port() const;
  // `public_pem`: a key, or a certificate, which the services of the KSZ then know too. Returns a
  // sentence when the client cannot be registered.
  std::optional<std::string> add_client(const std::string& client_id,
                                        const std::string& organisation,
                                        const std::string& public_pem);
  // What the ready line says.
  nlohmann::json describe() const;
  // The ledger and what was expected, for the state folder.
  nlohmann::json ledger() const;
  nlohmann::json expected() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace semafoor::sandbox
