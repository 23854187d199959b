// SPDX-License-Identifier: Apache-2.0
//
// What the runtime does itself with keys and certificates, all of them as PEM. The handshakes are
// gRPC's.
#pragma once

#include <cstdint>
#include <string>

namespace semafoor::runtime {

// The one name that a gateway's certificate bears, whatever its address is.
inline constexpr char kGatewayName[] = "gateway.semafoor.internal";

// To be said before the first use of OpenSSL: a host that leaves its process gets no clean-up of
// ours, under which threads would still be at work.
void start_openssl();

// On P-256. Each is empty when OpenSSL fails.
std::string make_key();
// PKCS#10 over that key.
std::string make_request(const std::string& key);

// Of a chain as the other side showed it; empty when there is none.
std::string last_certificate(const std::string& chain);
// SHA-256, hexadecimal, lower-case: of the certificate's DER, of a text. Empty when it fails.
std::string fingerprint_of(const std::string& certificate);
std::string digest_of(const std::string& text);
// Seconds since 1970 UTC; 0 when it cannot be read.
std::int64_t end_of(const std::string& certificate);
bool is_pair(const std::string& key, const std::string& certificate);

enum class Verdict { good, foreign, out_of_time };
// Whether a chain comes from this authority and no other: as that of the gateway, by its name, or
// as that of a machine.
Verdict judge_gateway(const std::string& chain, const std::string& authority);
Verdict judge_machine(const std::string& certificate, const std::string& authority);

}  // namespace semafoor::runtime
