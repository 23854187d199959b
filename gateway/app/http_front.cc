// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/http_front.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "gateway/os/exclusive_port.h"

namespace semafoor::app {
namespace {

class Front final : public HttpFront {
 public:
  explicit Front(Pages pages) : pages_(std::move(pages)) {
    // The default is eight threads; a scrape each quarter of a minute needs one.
    // A second gateway on the same port must fail, not share it; one that restarts need not wait.
    server_.set_socket_options(
        [](socket_t socket) { os::keep_port_alone(static_cast<std::intptr_t>(socket)); });
    server_.new_task_queue = [] { return new httplib::ThreadPool(2); };
    server_.set_keep_alive_max_count(100);
    server_.set_read_timeout(5);
    server_.set_write_timeout(5);
    server_.set_payload_max_length(1024);
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(pages_.metrics(), "text/plain; version=0.0.4; charset=utf-8");
    });
    server_.Get("/health/live", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("{\"status\":\"live\"}\n", "application/json");
    });
    server_.Get("/health/ready", [this](const httplib::Request&, httplib::Response& response) {
      const auto [document, ready] = pages_.readiness();
      response.status = ready ? 200 : 503;
      response.set_content(document, "application/json");
    });
  }

  ~Front() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  bool listen(const std::string& host, int port) {
    if (!server_.bind_to_port(host, port)) return false;
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // This version of the library cannot be stopped before it runs, and tells it by nothing else.
    while (!server_.is_running()) std::this_thread::yield();
    return true;
  }

 private:
  Pages pages_;
  httplib::Server server_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpFront>> HttpFront::start(const std::string& host, int port,
                                                    Pages pages) {
  auto front = std::make_unique<Front>(std::move(pages));
  if (!front->listen(host, port))
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "metrics.listen",
                 .message = "The metrics page was to listen on " + host + ":" +
                            std::to_string(port) +
                            "; the address is taken or not of this machine. Choose another one "
                            "under [metrics], or \"off\"."};
  return std::unique_ptr<HttpFront>(std::move(front));
}

}  // namespace semafoor::app
