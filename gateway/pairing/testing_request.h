// SPDX-License-Identifier: Apache-2.0
//
// For tests: what a machine that wants to be paired makes.
#pragma once

#include <string>

namespace semafoor::pairing {

struct TestRequest {
  // As PEM.
  std::string key;
  std::string request;
};

// A key on `curve` with its request.
TestRequest make_test_request(const char* curve = "P-256");
// One that names this key, and is signed by another.
std::string make_unproven_request();
// With RSA of 2048 bits.
std::string make_rsa_request();

// The certificate as TLS sees it: who issued it, whether for clients, and until when.
bool is_issued_by(const std::string& certificate, const std::string& authority);
std::string text_of(const std::string& certificate);

}  // namespace semafoor::pairing
