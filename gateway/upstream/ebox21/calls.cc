// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/calls.h"

#include <utility>

#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox21 {

bool is_addressable(const std::string& id) {
  return !id.empty() && id != "." && id != "..";
}

Error no_address(const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "upstream.no_address",
               .message = "Asking the e-Box: " + what +
                          " has no identity that an address can be made of. Open it in the portal "
                          "of the e-Box."};
}

std::string message_path(const std::string& message_id) {
  return "/ebox/messages/" + percent_encoded(message_id);
}

std::string attachment_path(const std::string& message_id, const std::string& attachment_id) {
  return message_path(message_id) + "/attachments/" + percent_encoded(attachment_id);
}

Error optional_operation_error(const HttpRequest& request, const HttpExchange& exchange) {
  Error error = api_error(request, exchange);
  const ApiProblem problem = read_problem(exchange);
  const bool says_so =
      problem.shape != ApiProblem::Shape::none &&
      (exchange.status == 501 || exchange.status == 405 || problem.code == "NOT_IMPLEMENTED");
  if (!says_so) return error;
  return Error{.kind = ErrorKind::unimplemented,
               .code = "upstream.not_supported",
               .message = std::move(error.message) +
                          ". The provider does not have this operation, or not for what was asked "
                          "(the NSSO says so of a text in several languages): use the portal of "
                          "the e-Box",
               .upstream_status = exchange.status};
}

HttpRequest Calls::get_request(std::string purpose, const std::string& path) const {
  return HttpRequest{.method = "GET",
                     .url = base_url() + path,
                     .headers = {{"Accept", "application/json"}},
                     .body = {},
                     .purpose = std::move(purpose),
                     .timeout = timeout_};
}

HttpRequest Calls::write_request(std::string method, std::string purpose,
                                 const std::string& path) const {
  HttpRequest request = get_request(std::move(purpose), path);
  request.method = std::move(method);
  return request;
}

Result<HttpExchange> Calls::get(const HttpRequest& request, std::stop_token stop) {
  HttpExchange exchange = send(request, {}, std::move(stop));
  if (exchange.failure) return *exchange.failure;
  if (exchange.status != 200) return api_error(request, exchange);
  return exchange;
}

bool Calls::says_nothing_there(const HttpExchange& exchange) {
  return exchange.status == 404 && is_answer_of_api(exchange);
}

}  // namespace semafoor::upstream::ebox21
