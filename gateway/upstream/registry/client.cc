// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/client.h"

#include <string>
#include <utility>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/registry/read_registry.h"

namespace semafoor::upstream::registry {
namespace {

constexpr char kOperation[] = "/messageProviders";

class Client final : public RegistryClient {
 public:
  Client(std::unique_ptr<ApiSession> session, std::chrono::milliseconds timeout)
      : session_(std::move(session)), timeout_(timeout) {}

  Result<Registry> providers(std::stop_token stop) override {
    // Settings name either: the documentation shows the address of the operation.
    const std::string& base = session_->base_url();
    const HttpRequest request{.method = "GET",
                              .url = base.ends_with(kOperation) ? base : base + kOperation,
                              .headers = {{"Accept", "application/json"}},
                              .body = {},
                              .purpose = "Reading the registry of e-Box providers",
                              .timeout = timeout_};
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 200) return api_error(request, exchange);
    auto registry = read_registry(exchange.body);
    if (!registry) return malformed(request, exchange, "is not a list of providers");
    if (registry->providers.empty()) {
      const std::string why =
          registry->rejected.empty()
              ? "it lists no provider"
              : "of " + registry->rejected.front().id + ", " + registry->rejected.front().reason;
      return completed(Error{.kind = ErrorKind::data_loss,
                             .code = "upstream.no_providers",
                             .message = "nothing of its answer can be used (" + why +
                                        "). Check registry_url, and report it to the e-Box",
                             .retryable = true},
                       request, exchange);
    }
    return std::move(*registry);
  }

 private:
  const std::unique_ptr<ApiSession> session_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace

std::shared_ptr<RegistryClient> make_client(std::unique_ptr<ApiSession> session,
                                            std::chrono::milliseconds timeout) {
  return std::make_shared<Client>(std::move(session), timeout);
}

}  // namespace semafoor::upstream::registry
