// SPDX-License-Identifier: Apache-2.0
//
// For tests: keys and certificates of nobody.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/vault/credentials/material.h"

namespace semafoor::vault {

// An EC key on P-256 (RSA of 2048 bits when `rsa`), with a certificate of its own signature, in
// force from `from_s` to `to_s`, seconds from now.
Material make_test_material(const std::string& common_name, std::int64_t from_s = -3600,
                            std::int64_t to_s = 90LL * 86'400, bool rsa = false);
// The same as a PKCS#12 file.
std::string pkcs12_of(const Material& material, const std::string& passphrase);
// As a PEM file that the passphrase protects, with the certificate behind the key.
std::string encrypted_pem_of(const Material& material, const std::string& passphrase);

}  // namespace semafoor::vault
