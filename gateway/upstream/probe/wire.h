// SPDX-License-Identifier: Apache-2.0
//
// What a connection shows before anything is asked through it: the name, the way, TLS.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/probe/certificate.h"

namespace semafoor::upstream::probe {

// How far it came; each includes those before it.
enum class Reached {
  // The name of the host (or of the proxy) was not found.
  nothing,
  // The name is known; no trusted connection.
  name,
  // A request could be sent.
  connection,
};

struct WireFindings {
  Reached reached = Reached::nothing;
  // Who answered: the host's address, or the proxy's.
  std::string peer;
  // The way leads through a proxy, which also looks up the host's name.
  bool by_proxy = false;
  // The address is clear http, which is for this machine only.
  bool clear = false;
  // "TLSv1.3", "TLS_AES_256_GCM_SHA384"; empty as long as there is no TLS.
  std::string protocol;
  std::string cipher;
  // Also of a connection that was refused for it: libcurl then looks a second time without
  // trusting, and sends nothing.
  std::optional<Certificate> certificate;
  std::chrono::milliseconds lookup{};
  std::chrono::milliseconds connecting{};
  // Set unless `reached` is connection: "upstream.dns", ".unreachable", ".proxy", ".bad_url",
  // ".tls", ".tls_expired", ".tls_not_yet_valid", ".tls_unknown_ca", ".tls_wrong_name",
  // ".tls_ca_file", ".no_handle", ".cancelled".
  std::optional<Error> failure;
};

// "host:port" of an http(s) address: no user, no path, no query.
std::string authority_of(std::string_view url);

// Connects as HttpClient would, with the same settings, and sends no request. Blocks at most the
// connect timeout (twice, when a certificate is refused); `stop` ends it at once.
WireFindings look(const std::string& url, const HttpSettings& settings, std::stop_token stop);

}  // namespace semafoor::upstream::probe
