// SPDX-License-Identifier: Apache-2.0
//
// Exchanges that ended without a whole answer, as errors. Their texts here are the middle ("what
// happened" and "what to do"); `completed` puts the purpose and the address in front of them.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream {

Error cancelled();
Error stalled();
Error too_large(const std::string& what);

// `left`: the request was on its way; `status_seen`: a status line came back.
Error transfer_failure(CURLcode code, const char* reason, bool left, bool status_seen);

// "<purpose> at <address>: <text> (trace …)". An error of a sink keeps its own words.
Error completed(Error error, const HttpRequest& request, const HttpExchange& exchange);

// At most 36 visible characters (Belgif guide, tracing), whatever the upstream wrote.
std::string shown_trace_id(std::string_view value);

}  // namespace semafoor::upstream
