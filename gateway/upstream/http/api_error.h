// SPDX-License-Identifier: Apache-2.0
//
// Statuses and error bodies of the upstreams, as errors of ours with what an administrator does
// about them.
#pragma once

#include <string>

#include "gateway/upstream/http/api_problem.h"
#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream {

// The error of an answer that is not a success: "upstream.unauthenticated" (401), ".missing_scope",
// ".missing_permission" or ".forbidden" (403, by what it says), ".not_found" (404), ".conflict"
// (409), ".payload_too_large" (413), ".rate_limited" (429), ".unavailable" (5xx), ".redirect"
// (3xx), ".refused" (every other 4xx), ".malformed" (the rest). Ids of the upstream (its trace, the
// id of its error) stand in the message, because its support asks for them.
Error api_error(const HttpRequest& request, const HttpExchange& exchange);

// An answer whose status is a success and whose body cannot be understood.
Error malformed(const HttpRequest& request, const HttpExchange& exchange, const std::string& what);

// Whether a 404 comes from the API itself and not from some server on the way: it then has one of
// the known shapes.
bool is_answer_of_api(const HttpExchange& exchange);

}  // namespace semafoor::upstream
