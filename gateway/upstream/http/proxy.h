// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string>

#include "gateway/domain/result.h"
#include "gateway/upstream/http/proxy_settings.h"

namespace semafoor::upstream {

// Sets the way to `url`. "upstream.proxy" when the credentials cannot be had; the error holds
// nothing of them.
Result<void> choose_proxy(CURL* easy, const ProxySettings& settings, const std::string& ca_file,
                          const std::string& url);

// What a proxy answered to CONNECT instead of a tunnel.
Error proxy_refusal(int status);

}  // namespace semafoor::upstream
